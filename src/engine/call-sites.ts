import { fileURLToPath } from 'node:url'
import callsites from 'callsites'
import { parse as parseStackText } from 'stacktrace-parser'
import { isInOwnText, isOwnScript } from './own-files.js'
import { withoutEndlessWalk } from './sync-capture.js'

/** A place in the code as V8 runs it: generated positions, nothing mapped. Interned: one object a place. */
export interface Site {
  /** Unique; the same place always has the same. */
  readonly id: number
  /** As V8 names it; `<anonymous>` without a name, `<module>` for a module's top level. */
  readonly name: string
  /** V8's name of the script: a path, a URL, or null for a built-in function. */
  readonly script: string | null
  /** V8's hash of the script's text: a file may run as several texts. Null where it is not known. */
  readonly scriptHash: string | null
  readonly line: number | null
  readonly column: number | null
  /** Where the function that holds the place begins; with `script`, the identity of that function. */
  readonly enclosingLine: number | null
  readonly enclosingColumn: number | null
  readonly isModule: boolean
  /** True for a frame that V8 added below the synchronous stack: a suspended awaiter. */
  readonly isAwaiting: boolean
  readonly isOwn: boolean
  /** True for `node:` scripts, built-in functions and this package's own. */
  readonly isInternal: boolean
  /** True where the position is the author's already: another thread has mapped it. */
  readonly isMapped?: boolean
}

/** What is known of a script, and its places by position. */
interface Script {
  readonly name: string | null
  readonly hash: string | null
  readonly isOwn: boolean
  readonly isInternal: boolean
  readonly places: Map<number, InternedSite[]>
}

interface InternedSite extends Site {
  readonly functionName: string | null
  readonly typeName: string | null
}

/** So many frames of the present stack go to another thread. */
const MAX_PRESENT = 200
const MAX_INTERNED = 100_000
const scripts = new Map<string | null, Script>()
const scriptsByHash = new Map<string, Script>()
let interned = 0
let lastId = 0

/** The places of a raw captured stack, innermost first, this package's own frames at the top left out. */
export function sitesOf(error: Error): { sites: readonly Site[]; captured: number } {
  const raw = readRaw(error)
  return { sites: withoutOwnTop(raw), captured: raw.length }
}

/**
 * The places of a raw stack as V8 has them, the suspended awaiters that it adds below included.
 *
 * @param skipped so many of the topmost ones are left out: each costs to look at.
 */
export function allSites(captured: object, skipped = 0): readonly Site[] {
  return readRaw(captured, skipped)
}

/** The places of the present synchronous stack, innermost first, without this package's own. */
export function liveSites(): readonly Site[] {
  const sites = withStackTraceLimit(Number.POSITIVE_INFINITY, () =>
    canPrepare()
      ? withoutEndlessWalk(() => callsites() as unknown as NodeJS.CallSite[]).map(siteOf)
      : textSites(withoutEndlessWalk(() => new Error('live'))),
  )
  const own = sites.findIndex((site) => site.isOwn)
  return withoutOwnTop(sites.slice(own))
}

/** The places of the present synchronous stack below the innermost call of `hidden`: cheaper than `liveSites`. */
export function callersOf(hidden: (...args: never[]) => unknown): readonly Site[] {
  const holder: { stack?: unknown } = {}
  const limit = Error.stackTraceLimit
  const canSet = canAssign('stackTraceLimit')
  if (canSet) Error.stackTraceLimit = MAX_PRESENT
  withoutEndlessWalk(() => Error.captureStackTrace(holder, hidden))
  if (canSet) Error.stackTraceLimit = limit
  return withoutOwnTop(readRaw(holder))
}

/** The places that were running, without the suspended awaiters that V8 adds below. */
export function synchronousPart(sites: readonly Site[]): readonly Site[] {
  const end = sites.findIndex((site) => site.isAwaiting)
  return end === -1 ? sites : sites.slice(0, end)
}

/** True where the two places are in one function. */
export function sameFunction(a: Site, b: Site): boolean {
  return (
    a.script === b.script &&
    a.script !== null &&
    a.scriptHash === b.scriptHash &&
    a.enclosingLine === b.enclosingLine &&
    a.enclosingColumn === b.enclosingColumn
  )
}

const MAX_FILES = 10_000
const fileOfUrl = new Map<string, string>()

/** The path or URL that a person knows a script by. */
export function fileOfScript(script: string): string {
  if (!script.startsWith('file://')) return script
  let file = fileOfUrl.get(script)
  if (file === undefined) {
    file = pathOfUrl(script)
    if (fileOfUrl.size >= MAX_FILES) fileOfUrl.clear()
    fileOfUrl.set(script, file)
  }
  return file
}

function pathOfUrl(url: string): string {
  try {
    return fileURLToPath(url)
  } catch {
    return url
  }
}

/** Node calls our hooks through these where others are installed as well. */
const HOOK_CALLERS = new Set(['node:internal/promise_hooks', 'node:internal/async_hooks'])

function withoutOwnTop(sites: readonly Site[]): readonly Site[] {
  let start = 0
  while (start < sites.length) {
    const site = sites[start] as Site
    if (!site.isOwn && !HOOK_CALLERS.has(site.script ?? '')) break
    start++
  }
  return start === 0 ? sites : sites.slice(start)
}

type Prepare = (error: Error, callSites: NodeJS.CallSite[]) => unknown

/**
 * V8 turns a raw stack into text or call sites at the first read of `stack`, through whatever
 * `Error.prepareStackTrace` then is (Node 20 to 26). Ours is in place for that one read only.
 */
function readRaw(error: { stack?: unknown }, skipped = 0): readonly Site[] {
  let sites: readonly Site[] | null = null
  const prepare: Prepare = (_error, callSites) => {
    sites = (skipped === 0 ? callSites : callSites.slice(skipped)).map(siteOf)
    return ''
  }
  if (canAssign('prepareStackTrace')) {
    const before = Error.prepareStackTrace
    Error.prepareStackTrace = prepare as typeof Error.prepareStackTrace
    try {
      void error.stack
    } finally {
      Error.prepareStackTrace = before
    }
    return sites ?? []
  }
  const before = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')
  if (!canPrepare()) return textSites(error).slice(skipped)
  Object.defineProperty(Error, 'prepareStackTrace', { value: prepare, configurable: true, writable: true })
  try {
    void error.stack
  } finally {
    if (before === undefined) delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace
    else Object.defineProperty(Error, 'prepareStackTrace', before)
  }
  return sites ?? []
}

/** An own, plain property is set more cheaply than it is defined. */
function canAssign(property: 'prepareStackTrace' | 'stackTraceLimit'): boolean {
  const descriptor = Object.getOwnPropertyDescriptor(Error, property)
  return descriptor?.writable === true
}

function canPrepare(): boolean {
  const property = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')
  return property === undefined ? Object.isExtensible(Error) : property.configurable === true
}

/** Runs `read` under another `Error.stackTraceLimit`, and leaves the property as it was. */
function withStackTraceLimit<T>(limit: number, read: () => T): T {
  const before = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')
  const can = before === undefined ? Object.isExtensible(Error) : before.configurable === true
  if (!can) return read()
  Object.defineProperty(Error, 'stackTraceLimit', {
    value: limit,
    configurable: true,
    writable: true,
    enumerable: true,
  })
  try {
    return read()
  } finally {
    if (before === undefined) delete (Error as { stackTraceLimit?: unknown }).stackTraceLimit
    else Object.defineProperty(Error, 'stackTraceLimit', before)
  }
}

function siteOf(callSite: NodeJS.CallSite): Site {
  const name = callSite.getScriptNameOrSourceURL() ?? null
  const script = scriptOf(name, callSite)
  const position = callSite.getPosition()
  const functionName = callSite.getFunctionName()
  const isAwaiting = callSite.isAsync()
  // A method's name begins with its receiver's type, which may differ from call to call.
  const typeName = callSite.isToplevel() ? null : callSite.getTypeName()
  const places = script.places.get(position)
  if (places !== undefined) {
    for (const place of places) {
      if (place.functionName === functionName && place.typeName === typeName && place.isAwaiting === isAwaiting) {
        return place
      }
    }
  }
  const enclosingLine = callSite.getEnclosingLineNumber()
  const enclosingColumn = callSite.getEnclosingColumnNumber()
  const atFileStart = enclosingLine === 1 && enclosingColumn === 1 && !callSite.isEval()
  const isModule = !functionName && atFileStart && !!name
  const [line, column] = [callSite.getLineNumber(), callSite.getColumnNumber()]
  const isOwn = script.isOwn || isInOwnText(name, line, column)
  return intern(script, position, {
    id: ++lastId,
    name: isModule ? '<module>' : nameOf(callSite, functionName),
    script: name,
    scriptHash: script.hash,
    line,
    column,
    enclosingLine,
    enclosingColumn,
    isModule,
    isAwaiting,
    isOwn,
    isInternal: isOwn || script.isInternal,
    functionName,
    typeName,
  })
}

function scriptOf(name: string | null, callSite: NodeJS.CallSite | null): Script {
  const latest = scripts.get(name)
  if (latest !== undefined && (latest.isInternal || callSite === null)) return latest
  const isOwn = latest === undefined && name !== null && isOwnScript(name)
  const isInternal = isOwn || !name || name.startsWith('node:')
  // Scripts may share a name, and a loader may run a file anew with another text: V8's hash of the text tells them apart.
  const hash = isInternal || callSite === null ? null : callSite.getScriptHash()
  if (latest !== undefined && latest.hash === hash) return latest
  const key = `${hash} ${name}`
  const script = scriptsByHash.get(key) ?? { name, hash, isOwn, isInternal, places: new Map() }
  scripts.set(name, script)
  if (hash !== null) scriptsByHash.set(key, script)
  return script
}

/** The scripts of the program of which a place is known. */
export function* knownScripts(): Iterable<{ readonly name: string; readonly hash: string }> {
  for (const { name, hash } of scriptsByHash.values()) if (name !== null && hash !== null) yield { name, hash }
}

function intern(script: Script, position: number, place: InternedSite): Site {
  if (++interned > MAX_INTERNED) {
    interned = 1
    scripts.clear()
    scriptsByHash.clear()
  }
  const site = Object.freeze(place)
  const places = script.places.get(position)
  if (places === undefined) script.places.set(position, [site])
  else places.push(site)
  return site
}

/**
 * V8's own words for the function: `Class.method`, `new Class`, `get x`. Not what depends on when it is
 * asked (`… [as other]`), nor the timer or request that V8 takes for the class of its callback.
 */
function nameOf(callSite: NodeJS.CallSite, functionName: string | null): string {
  if (!functionName) return callSite.isConstructor() ? 'new <anonymous>' : '<anonymous>'
  if (callSite.isConstructor()) return `new ${functionName}`
  if (
    callSite.isToplevel() ||
    /^(?:Timeout|Immediate|ReadFileContext|FSReqCallback)$/.test(callSite.getTypeName() ?? '')
  )
    return functionName
  const line = callSite.toString().replace(/^async /, '')
  const end = line.lastIndexOf(' (')
  return end === -1 ? functionName : line.slice(0, end).replace(/ \[as [^\]]*\]$/, '')
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
      id: ++lastId,
      name: isModule ? '<module>' : isNameless ? '<anonymous>' : bare,
      script,
      scriptHash: null,
      line: lineNumber,
      column,
      enclosingLine: null,
      enclosingColumn: null,
      isModule,
      isAwaiting,
      isOwn: scriptOf(script, null).isOwn,
      isInternal: scriptOf(script, null).isInternal,
    }
  })
}
