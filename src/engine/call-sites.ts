import callsites from 'callsites'
import { parse as parseStackText } from 'stacktrace-parser'
import { filter, findIndex, joined, map, slice } from './lists.js'
import { withOriginalBuiltins } from './original-builtins.js'
import { canAssign, canPrepare, isPreparing, type Prepare, withPrepare, withStackTraceLimit } from './prepare-stack.js'
import {
  ErrorOfRealm,
  includesText,
  isArray,
  max,
  OwnWeakMap,
  setOf,
  sliceText,
  splitAt,
  startsWith,
} from './primordials.js'
import { newSiteId, ownershipOf, type Site, siteOf } from './site.js'
import { withoutEndlessWalk } from './sync-capture.js'

/** So many frames of the present stack go to another thread. */
const MAX_PRESENT = 200

/** The places of a raw captured stack, innermost first, this package's own frames at the top left out. */
export function sitesOf(stack: UnreadStack): ReadStack {
  if (areCallSites(stack)) return placesIn(map(stack, siteOf))
  return readBefore.get(stack) ?? readSites(stack)
}

/** As V8 captured it, or the call sites that V8 has handed out. */
export type UnreadStack = Error | readonly NodeJS.CallSite[]

function areCallSites(stack: UnreadStack): stack is readonly NodeJS.CallSite[] {
  return isArray(stack)
}

/** The same, for a stack that has several readers. */
export function sharedSitesOf(error: Error): ReadStack {
  let read = readBefore.get(error)
  if (read === undefined) {
    read = readSites(error)
    readBefore.set(error, read)
  }
  return read
}

function readSites(error: Error): ReadStack {
  return placesIn(readRaw(error))
}

function placesIn(raw: readonly Site[]): ReadStack {
  return { sites: withoutOwnTop(raw), captured: raw.length }
}

interface ReadStack {
  readonly sites: readonly Site[]
  /** How many frames V8 has captured. */
  readonly captured: number
}

/** V8 hands out the call sites of a stack once only. */
const readBefore = new OwnWeakMap<Error, ReadStack>()

/**
 * The places of a raw stack as V8 has them, the suspended awaiters that it adds below included.
 *
 * @param skipped so many of the topmost ones are left out: each costs to look at.
 */
export function allSites(captured: object, skipped = 0): readonly Site[] {
  return readRaw(captured, skipped)
}

/** Without the message, which may look like a place: `connect ECONNREFUSED 127.0.0.1:80`. */
function framesOf(stack: string): string {
  return filter(splitAt(stack, '\n'), (line) => startsWith(line, '    at ')).join('\n')
}

/**
 * Takes the call sites out of a raw stack. Their places can also be read while V8 formats another stack, when it hands out
 * no call sites.
 *
 * @returns the stack itself if they cannot be had.
 */
export function withCallSites(stack: UnreadStack): UnreadStack {
  if (areCallSites(stack) || !canPrepare()) return stack
  let handedOut: readonly NodeJS.CallSite[] | null = null
  const prepare: Prepare = (_error, callSites) => {
    handedOut = callSites
    return ''
  }
  withPrepare(prepare, stack)
  return handedOut ?? stack
}

/** The synchronous places of an error's own stack, innermost first; of a text if it was formatted already. */
export function placesOf(stack: readonly NodeJS.CallSite[] | string): readonly Site[] {
  return synchronousPart(typeof stack === 'string' ? sitesOfText(framesOf(stack)) : map(stack, siteOf))
}

/** The places of the present synchronous stack, innermost first, without this package's own. */
export function liveSites(): readonly Site[] {
  const sites = withStackTraceLimit(Number.POSITIVE_INFINITY, () =>
    canPrepare() && !isPreparing()
      ? withoutEndlessWalk(() => callsites() as unknown as NodeJS.CallSite[]).map(siteOf)
      : textSites(withoutEndlessWalk(() => shortLive() ?? new Error('live'))),
  )
  const own = sites.findIndex((site) => site.isOwn)
  return withoutOwnTop(sites.slice(own))
}

/** Where the limit of a stack cannot be raised, our own frames may be all that it has room for: most are left out. */
function shortLive(): { stack?: unknown } | null {
  const holder: { stack?: unknown } = {}
  captureStackTrace(holder, withOriginalBuiltins)
  return includesText(String(holder.stack), '\n') ? holder : null
}

/** The places of the present synchronous stack below the innermost call of `hidden`: cheaper than `liveSites`. */
export function callersOf(hidden: (...args: never[]) => unknown): readonly Site[] {
  const holder: { stack?: unknown } = {}
  const limit = ErrorOfRealm.stackTraceLimit
  const canSet = canAssign('stackTraceLimit')
  if (canSet) ErrorOfRealm.stackTraceLimit = MAX_PRESENT
  withoutEndlessWalk(() => captureStackTrace(holder, hidden))
  if (canSet) ErrorOfRealm.stackTraceLimit = limit
  return withoutOwnTop(readRaw(holder))
}

/** The function of ours below which another piece of work runs. */
const BOUND_CALL = 'boundCall'

/**
 * The places that were running, without the suspended awaiters that V8 adds below, and without who called a function
 * that was bound elsewhere.
 */
export function synchronousPart(sites: readonly Site[]): readonly Site[] {
  const end = findIndex(sites, (site) => site.isAwaiting || (site.isOwn && site.name === BOUND_CALL))
  return end === -1 ? sites : slice(sites, 0, end)
}

/** The synchronous part without so many of its lowest places. */
export function withoutBelow(sites: readonly Site[], count: number): readonly Site[] {
  if (count === 0) return sites
  const running = synchronousPart(sites)
  return joined(slice(running, 0, max(0, running.length - count)), slice(sites, running.length))
}

const { captureStackTrace } = ErrorOfRealm

/** Node calls our hooks through these where others are installed as well. */
const HOOK_CALLERS = setOf(['node:internal/promise_hooks', 'node:internal/async_hooks'])

function withoutOwnTop(sites: readonly Site[]): readonly Site[] {
  let start = 0
  while (start < sites.length) {
    const site = sites[start] as Site
    if (!site.isOwn && !HOOK_CALLERS.has(site.script ?? '')) break
    start++
  }
  return start === 0 ? sites : slice(sites, start)
}

/**
 * V8 turns a raw stack into text or call sites at the first read of `stack`, through whatever
 * `Error.prepareStackTrace` then is (Node 20 to 26). Ours is in place for that one read only.
 *
 * V8 calls none while another one runs: one of the program's that prints a trace, or our own in which a debugger
 * evaluates something. Then the stack is text, and its places are read from that.
 */
function readRaw(error: { stack?: unknown }, skipped = 0): readonly Site[] {
  if (!canAssign('prepareStackTrace') && !canPrepare()) return slice(textSites(error), skipped)
  let sites: readonly Site[] | null = null
  const prepare: Prepare = (_error, callSites) => {
    sites = map(skipped === 0 ? callSites : slice(callSites, skipped), siteOf)
    return ''
  }
  withPrepare(prepare, error)
  return sites ?? (isPreparing() ? slice(textSites(error), skipped) : [])
}

/** Where no call sites can be had (frozen intrinsics): the places that the stack's text names. */
function textSites(error: { stack?: unknown }): readonly Site[] {
  return sitesOfText(String(error.stack))
}

/** The places that the text of a stack names. */
export function sitesOfText(text: string): readonly Site[] {
  return parseStackText(text).map(({ file, methodName, lineNumber, column }, i, frames) => {
    const script = file === '<anonymous>' ? null : file
    const isAwaiting = methodName.startsWith('async ')
    const bare = methodName.replace(/^async /, '').replace(/ \[as [^\]]*\]$/, '')
    const isNameless = /^(?:<unknown>|async|Timeout\._onTimeout|Immediate\._onImmediate)$/.test(bare)
    const isLast = frames[i + 1]?.file?.startsWith('node:internal/modules/') === true
    const isModule = bare === 'Object.<anonymous>' || (isNameless && isLast)
    return {
      id: newSiteId(),
      // As functions of object literals are named where the code can be asked (walk/named-by-code.ts).
      name: isModule
        ? '<module>'
        : isNameless
          ? '<anonymous>'
          : startsWith(bare, 'Object.')
            ? sliceText(bare, 7)
            : bare,
      script,
      scriptHash: null,
      line: lineNumber,
      column,
      enclosingLine: null,
      enclosingColumn: null,
      isModule,
      isAwaiting,
      ...ownershipOf(script),
    }
  })
}

// The methods of call sites are to be had of a call site only.
readRaw(new ErrorOfRealm())
