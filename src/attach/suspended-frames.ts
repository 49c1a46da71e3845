import { functionInText } from '../engine/call-text.js'
import { readSuspendedPlaces } from '../engine/inspected-places.js'
import { fileOfScript } from '../engine/script-file.js'
import { isUsers, nameOfFunction, scriptOf } from '../heap/functions.js'
import type { HeapPromises, Suspended } from '../heap/heap-promises.js'
import { type HeapView, NONE } from '../heap/heap-view.js'
import { codeNameOf } from '../heap/method-names.js'
import type { Frame } from '../model/frame.js'
import type { AwaitPlace as ScriptAwait } from '../waits/heap-settler.js'
import type { HeapCapture } from './heap-capture.js'
import { type AwaitPlace, awaitPlaces } from './in-target.js'
import type { Target } from './target.js'
import type { TargetScripts } from './target-scripts.js'

/** Where the suspended functions stand, and which member of its combinator a promise is. */
export interface SuspendedFrames {
  /** By generator: the frame at its `await`; without a line where the await's place could not be had. */
  readonly frames: ReadonlyMap<number, Frame>
  /** By promise. */
  readonly memberIndices: ReadonlyMap<number, number>
  /** The source that runs, from where a suspended function awaits on; null if it cannot be had. */
  sourceAtAwait(generator: number): string | null
  /** Where it awaits, in its script as it runs; null if that could not be had. */
  awaitPlaceOf(generator: number): ScriptAwait | null
}

/** Walks in one call into the process: short pauses, some 10 µs a walk. */
const WALKS_A_CALL = 1_000
/** Each costs a walk through the whole heap. */
const MAX_LOCATIONS = 100
/** Of the time that the process has for an answer: 3 s, by default. */
const PART_FOR_LOCATIONS = 0.1

/**
 * Reads where each suspended function awaits: by V8's walk where one reaction of a promise makes that safe, else by
 * the debugger's view of the suspended function.
 */
export async function suspendedFrames(
  target: Target,
  capture: HeapCapture,
  promises: HeapPromises,
  scripts: TargetScripts,
  { mayWalk, timeoutMs }: { readonly mayWalk: boolean; readonly timeoutMs: number },
): Promise<SuspendedFrames> {
  const { heap } = capture
  const frames = new Map<number, Frame>()
  const places = new Map<number, ScriptPosition>()
  const memberIndices = new Map<number, number>()
  const isAlone = (promise: number) => mayWalk && promises.reactionCounts.get(promise) === 1
  const awaiting = promises.suspended.filter(({ awaits }) => isAlone(awaits))
  const members = promises.feeds.filter(
    ({ from, combinator }) => isAlone(from) && /^Promise\.(all|any)/.test(combinator ?? ''),
  )
  const starts = [...awaiting.map(({ awaits }) => awaits), ...members.map(({ from }) => from)]
  const walked = await walkFrom(target, capture, starts)
  for (const { generator, awaits, fn } of awaiting) {
    const place = placeIn(heap, fn, walked.get(awaits) ?? null)
    if (place === null) continue
    places.set(generator, place)
    frames.set(generator, frameIn(heap, fn, scripts, place))
  }
  for (const { from } of members) {
    const index = walked.get(from)?.[4] ?? -1
    if (index >= 0) memberIndices.set(from, index)
  }
  const rest = promises.suspended.filter(({ generator, fn }) => !frames.has(generator) && isUsers(heap, fn))
  for (const [{ generator, fn }, place] of await locationsOf(target, heap, rest, timeoutMs * PART_FOR_LOCATIONS)) {
    places.set(generator, place)
    frames.set(generator, frameIn(heap, fn, scripts, place))
  }
  const functionOf = new Map(promises.suspended.map(({ generator, fn }) => [generator, fn]))
  const sourceAtAwait = (generator: number) => {
    const place = places.get(generator)
    const scriptId = heap.locationOf(functionOf.get(generator) ?? NONE)?.scriptId
    if (place === undefined || scriptId === undefined) return null
    return scripts.textFrom(scriptId, place.line, place.column)
  }
  for (const { generator, fn } of promises.suspended) {
    if (!frames.has(generator)) frames.set(generator, { ...definitionOf(heap, fn, scripts), line: null, column: null })
  }
  return { frames, memberIndices, sourceAtAwait, awaitPlaceOf: (generator) => places.get(generator) ?? null }
}

async function walkFrom(
  target: Target,
  capture: HeapCapture,
  starts: readonly number[],
): Promise<Map<number, AwaitPlace>> {
  const found = new Map<number, AwaitPlace>()
  const known = starts.filter((promise) => capture.promiseIndices.has(promise))
  for (let at = 0; at < known.length; at += WALKS_A_CALL) {
    const slice = known.slice(at, at + WALKS_A_CALL)
    const indices = slice.map((promise) => capture.promiseIndices.get(promise))
    const places = await target.callForValue<AwaitPlace[]>(capture.held, awaitPlaces, indices)
    slice.forEach((promise, i) => {
      found.set(promise, places[i] ?? null)
    })
  }
  return found
}

/** In a script as it runs. 1-based. */
interface ScriptPosition {
  readonly line: number
  readonly column: number
  /** V8's name of the function, if the heap has no name of it or another one. */
  readonly otherName?: string | null
}

/** Null where the process has moved on and another function stands there now. */
function placeIn(heap: HeapView, fn: number, place: AwaitPlace): ScriptPosition | null {
  if (place === null) return null
  const [text, script, line, column] = place
  if (fileOfScript(script) !== fileOfScript(scriptOf(heap, fn) ?? '') || line === 0) return null
  const { name } = functionInText(text)
  const own = nameOfFunction(heap, fn)
  // In V8's text, its receiver may stand before a function's name.
  const isSame = own !== '' && `.${name}`.endsWith(`.${own}`)
  return { line, column, otherName: isSame ? null : name }
}

/** Of promises with several awaiters: V8's debugger tells where a suspended function stands. */
async function locationsOf(
  target: Target,
  heap: HeapView,
  suspended: readonly Suspended[],
  maxMs: number,
): Promise<ReadonlyMap<Suspended, ScriptPosition>> {
  const asked = new Map(suspended.slice(0, MAX_LOCATIONS).map((each) => [heap.idOf(each.generator), each]))
  if (asked.size === 0) return new Map()
  const places = await target.read(readSuspendedPlaces([...asked.keys()], maxMs))
  return new Map([...places].map(([id, place]) => [asked.get(id) as Suspended, place]))
}

/** Where a function begins. */
export function definitionOf(heap: HeapView, fn: number, scripts: TargetScripts): Frame {
  return frameIn(heap, fn, scripts, heap.locationOf(fn))
}

/** @param position in the script of a function; null where that is not known. */
function frameIn(heap: HeapView, fn: number, scripts: TargetScripts, position: ScriptPosition | null): Frame {
  const name = position?.otherName ?? codeNameOf(heap, fn, scripts.runningScript)
  const script = scriptOf(heap, fn)
  const filename = script === null ? null : fileOfScript(script)
  if (position === null) return { name, filename, line: null, column: null }
  const { line, column } = position
  return scripts.frameAt(name, heap.locationOf(fn)?.scriptId, line, column) ?? { name, filename, line, column }
}
