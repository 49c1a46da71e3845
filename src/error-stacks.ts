import { some } from './engine/lists.js'
import { withOriginalBuiltins } from './engine/original-builtins.js'
import { includesText, OwnWeakMap } from './engine/primordials.js'
import { setStack, stackOf } from './engine/stack-property.js'
import { type UnreadStacks, unreadStacks } from './engine/unread-stacks.js'
import { traceText } from './format/trace-text.js'
import type { AsyncTrace, TraceFrame } from './model/trace.js'
import { abortsOf } from './record/aborts.js'
import type { Arrival } from './record/arrival.js'
import { arrivalsOf, listenToArrivals } from './record/failures.js'
import { countFault } from './record/faults.js'
import { readPlace, takeCallSites } from './record/pending-stacks.js'
import { mute } from './record/recorder.js'
import { abortPath, beginsInProgram, failurePath, pathOfArrivals } from './walk/failure-path.js'

interface Extended {
  /** Empty until the stack is read. */
  readonly original: string
  /** What was added. */
  readonly added: string
  readonly path: AsyncTrace
  /** Whether the path begins in the program: then it stays. */
  readonly isFinal: boolean
}

const extended = new OwnWeakMap<object, Extended>()

/** @param on whether the stack of an error ends with its path. */
export function extendErrorStacks(on: boolean): void {
  if (on === isExtending) return
  isExtending = on
  listenToArrivals(on ? extendOnArrival : null)
  unreadStacks()?.extendBy(on ? extendOnRead : null)
}

let isExtending = false

function extendOnArrival(error: object, arrivals: readonly Arrival[]): void {
  const before = mute(true)
  try {
    const stacks = unreadStacks()
    if (stacks?.willExtend(error) === true || stacks?.isUnread(error) === true)
      extendLater(stacks, error, arrivals[arrivals.length - 1] as Arrival)
    else extendNow(error, arrivals)
  } catch (fault) {
    countFault(fault)
  } finally {
    mute(before)
  }
}

/** The reason of an abort has the path of the code that aborted, and of the code that waited if that is rejected with it. */
export function extendOnAbort(reason: object): void {
  if (isExtending) extendOnArrival(reason, abortsOf(reason))
}

/** The path is made when the stack is read: most stacks never are. */
function extendLater(stacks: UnreadStacks, error: object, { origin, place }: Arrival): void {
  extended.delete(error)
  takeCallSites(origin)
  if (place !== null) readPlace(place)
  stacks.extend(error)
}

function extendNow(error: object, arrivals: readonly Arrival[]): void {
  // An error that is thrown again has a new path.
  const known = arrivals.length === 1 ? null : (extended.get(error) ?? null)
  const path = known?.isFinal === true ? known.path : withOriginalBuiltins(() => pathOfArrivals(arrivals))
  if (path === null) return
  const isFinal = beginsInProgram(path)
  if (isFinal || known === null) extendText(error, path, isFinal)
}

function extendText(error: object, path: AsyncTrace, isFinal: boolean): void {
  const stack = stackOf(error)
  if (stack === null) return
  const known = extended.get(error)
  const hasAdded = known !== undefined && known.added !== '' && includesText(stack, known.added)
  if (hasAdded && known.path === path) return
  // Somebody may have captured the stack anew, as Node's own `fetch` does.
  if (hasAdded && stack !== known.original + known.added) return
  const original = hasAdded ? known.original : stack
  const added = addition(error, original, path)
  if (original + added !== stack && !setStack(error, original + added)) return
  extended.set(error, { original, added, path, isFinal })
}

/** V8 formats the stack now. */
function extendOnRead(error: object, original: string): string {
  const before = mute(true)
  try {
    const path = extended.get(error)?.path ?? withOriginalBuiltins(() => pathOfMet(error))
    if (path === null) return original
    const added = addition(error, original, path)
    extended.set(error, { original, added, path, isFinal: beginsInProgram(path) })
    return original + added
  } catch (fault) {
    countFault(fault)
    return original
  } finally {
    mute(before)
  }
}

/**
 * Nothing of the program will handle an error any more, which was noted as uncaught.
 *
 * @returns the path as text, for what has no stack that could end with it; null where there is nothing to say.
 */
export function addPathOfUncaught(error: unknown): string | null {
  const path = withOriginalBuiltins(() => failurePath(error))
  if (path === null || !some(path.frames, ({ filename }) => filename !== null)) return null
  if (typeof error !== 'object' || error === null) return textOf(path)
  if (!extended.has(error)) extendUncaught(error, path)
  return extended.has(error) ? null : textOf(path)
}

function extendUncaught(error: object, path: AsyncTrace): void {
  const stacks = unreadStacks()
  if (stacks?.isUnread(error) !== true) {
    extendText(error, path, true)
    return
  }
  stacks.extendBy(extendOnRead)
  extended.set(error, { original: '', added: '', path, isFinal: true })
  stacks.extend(error)
}

function pathOfMet(error: object): AsyncTrace | null {
  return pathOfArrivals(arrivalsOf(error, null)) ?? abortPath(error)
}

function textOf(path: AsyncTrace): string {
  return withOriginalBuiltins(() => traceText(path, STACK))
}

const STACK = { style: 'stack', paths: 'absolute' } as const

/** The path, and below that of the code that waited also that of the code that aborted. */
function addition(error: object, stack: string, path: AsyncTrace): string {
  return withOriginalBuiltins(() => {
    const text = additionText(stack, path)
    const aborted = arrivalsOf(error, null).length > 0 ? abortPath(error) : null
    const abortText = aborted === null ? '' : additionText(stack, aborted)
    return abortText === '' ? text : `${text}\n    -- aborted --${abortText}`
  })
}

/** The path without the first frames that the stack shows itself; empty if that is all. */
function additionText(stack: string, path: AsyncTrace): string {
  const { frames } = path
  const lines = stack.split('\n')
  let from = 0
  while (from < frames.length && isShown(lines, frames[from] as TraceFrame, from === 0)) from++
  const rest = frames.slice(from)
  if (!rest.some(({ filename }) => filename !== null)) return ''
  return `\n${traceText({ ...path, frames: rest }, STACK)}`
}

/**
 * V8 names the column of an `await` where ours is that of the call, and the receiver before the function:
 * `Timeout.notify [as _onTimeout]`. Of the function that threw, it names another line. It shows nothing beyond a timer,
 * a callback or a `.then`: a function that is named there as well has set itself up again.
 */
function isShown(lines: readonly string[], frame: TraceFrame, isFirst: boolean): boolean {
  const { name, filename, line, boundary } = frame
  if (filename === null || (boundary !== null && boundary !== 'async')) return false
  const exact = `${filename}:${line}:`
  return lines.some((text) => {
    if (!includesText(text, isFirst ? `${filename}:` : exact)) return false
    if (name.startsWith('<')) return includesText(text, exact)
    return [' ', '.'].some((before) => [' (', ' [as '].some((after) => includesText(text, before + name + after)))
  })
}
