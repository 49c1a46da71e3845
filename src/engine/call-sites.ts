import callsites from 'callsites'
import { parse as parseStackText } from 'stacktrace-parser'
import { filter, findIndex, joined, map, slice } from './lists.js'
import { fileURLToPath } from './node-primordials.js'
import { withOriginalBuiltins } from './original-builtins.js'
import { isInOwnText, isOwnScript } from './own-files.js'
import {
  apply,
  create,
  defineProperties,
  defineProperty,
  deleteProperty,
  ErrorOfRealm,
  exec,
  freeze,
  getOwnPropertyDescriptor,
  getOwnPropertyDescriptors,
  getProperty,
  getPrototypeOf,
  includesText,
  isExtensible,
  lastIndexOfText,
  max,
  OwnMap,
  OwnWeakMap,
  setOf,
  sliceText,
  splitAt,
  startsWith,
  test,
} from './primordials.js'
import { withoutEndlessWalk } from './sync-capture.js'

/** What a compiler has made of the call of an async function. */
export interface CompiledCall {
  /** True where a helper has resumed it: which function that is, only the stack of its call says. */
  readonly isResumed: boolean
  /** False where the helper alone is on the stack: it waits for what the function has yielded. */
  readonly isRunning: boolean
  /** The places that stand for it in the stack, innermost first. */
  readonly places: readonly Site[]
}

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
  /** Of a function that a compiler has made of an async one. */
  readonly compiled?: CompiledCall
  /** The function's own name and the class of its receiver, as V8 knows them; undefined where only the text of a stack does. */
  readonly functionName?: string | null
  readonly typeName?: string | null
}

/** What is known of a script, and its places by position. */
interface Script {
  readonly name: string | null
  readonly hash: string | null
  readonly isOwn: boolean
  readonly isInternal: boolean
  readonly places: OwnMap<number, InternedSite[]>
}

interface InternedSite extends Site {
  readonly functionName: string | null
  readonly typeName: string | null
}

/** So many frames of the present stack go to another thread. */
const MAX_PRESENT = 200
const MAX_INTERNED = 100_000
const scripts = new OwnMap<string | null, Script>()
const scriptsByHash = new OwnMap<string, Script>()
let interned = 0
let lastId = 0

/** For a place that others are made into. */
export function newSiteId(): number {
  return ++lastId
}

/** The places of a raw captured stack, innermost first, this package's own frames at the top left out. */
export function sitesOf(error: Error): ReadStack {
  return readBefore.get(error) ?? readSites(error)
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
  const raw = readRaw(error)
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
const fileOfUrl = new OwnMap<string, string>()

/** The path or URL that a person knows a script by. */
export function fileOfScript(script: string): string {
  if (!startsWith(script, 'file://')) return script
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

type Prepare = (error: Error, callSites: NodeJS.CallSite[]) => unknown

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

/** Reads a stack through a `prepareStackTrace` of ours, and leaves the program's as it was. */
function withPrepare(prepare: Prepare, error: { stack?: unknown }): void {
  if (canAssign('prepareStackTrace')) {
    const before = ErrorOfRealm.prepareStackTrace
    ErrorOfRealm.prepareStackTrace = prepare as typeof Error.prepareStackTrace
    try {
      getProperty(error, 'stack')
    } finally {
      ErrorOfRealm.prepareStackTrace = before
    }
    return
  }
  const before = getOwnPropertyDescriptor(ErrorOfRealm, 'prepareStackTrace')
  defineProperty(ErrorOfRealm, 'prepareStackTrace', { value: prepare, configurable: true, writable: true })
  try {
    getProperty(error, 'stack')
  } finally {
    if (before === undefined) deleteProperty(ErrorOfRealm, 'prepareStackTrace')
    else defineProperty(ErrorOfRealm, 'prepareStackTrace', before)
  }
}

/** Whether V8 is in the middle of an `Error.prepareStackTrace`: it then calls not even ours. */
function isPreparing(): boolean {
  let isCalled = false
  const prepare: Prepare = () => {
    isCalled = true
    return ''
  }
  withPrepare(
    prepare,
    withoutEndlessWalk(() => new ErrorOfRealm()),
  )
  return !isCalled
}

/** An own, plain property is set more cheaply than it is defined. */
function canAssign(property: 'prepareStackTrace' | 'stackTraceLimit'): boolean {
  const descriptor = getOwnPropertyDescriptor(ErrorOfRealm, property)
  return descriptor?.writable === true
}

function canPrepare(): boolean {
  const property = getOwnPropertyDescriptor(ErrorOfRealm, 'prepareStackTrace')
  return property === undefined ? isExtensible(ErrorOfRealm) : property.configurable === true
}

/** Runs `read` under another `Error.stackTraceLimit`, and leaves the property as it was. */
function withStackTraceLimit<T>(limit: number, read: () => T): T {
  const before = getOwnPropertyDescriptor(ErrorOfRealm, 'stackTraceLimit')
  const can = before === undefined ? isExtensible(ErrorOfRealm) : before.configurable === true
  if (!can) return read()
  defineProperty(ErrorOfRealm, 'stackTraceLimit', {
    value: limit,
    configurable: true,
    writable: true,
    enumerable: true,
  })
  try {
    return read()
  } finally {
    if (before === undefined) deleteProperty(ErrorOfRealm, 'stackTraceLimit')
    else defineProperty(ErrorOfRealm, 'stackTraceLimit', before)
  }
}

type Methods = NodeJS.CallSite & { toString(): string }
/** V8's methods of call sites, which a program can reach and replace. */
let methods: Methods | null = null

function ask<K extends keyof Methods>(callSite: NodeJS.CallSite, question: K): ReturnType<Methods[K]> {
  methods ??= methodsOf(callSite)
  return apply(methods[question], callSite, []) as ReturnType<Methods[K]>
}

function methodsOf(callSite: NodeJS.CallSite): Methods {
  const prototype = getPrototypeOf(callSite) as Methods
  return defineProperties(create(null) as Methods, getOwnPropertyDescriptors(prototype))
}

function siteOf(callSite: NodeJS.CallSite): Site {
  const name = ask(callSite, 'getScriptNameOrSourceURL') ?? null
  const script = scriptOf(name, callSite)
  const position = ask(callSite, 'getPosition')
  const functionName = ask(callSite, 'getFunctionName')
  const isAwaiting = ask(callSite, 'isAsync')
  // A method's name begins with its receiver's type, which may differ from call to call.
  const typeName = ask(callSite, 'isToplevel') ? null : ask(callSite, 'getTypeName')
  const places = script.places.get(position)
  if (places !== undefined) {
    for (let i = 0; i < places.length; i++) {
      const place = places[i] as InternedSite
      const isNamedAlike = place.functionName === functionName && place.typeName === typeName
      // A text may run twice under one name, shifted: `lineOffset` of `vm.Script`.
      const isAlike = isNamedAlike && place.isAwaiting === isAwaiting && place.line === ask(callSite, 'getLineNumber')
      if (isAlike) return place
    }
  }
  const enclosingLine = ask(callSite, 'getEnclosingLineNumber')
  const enclosingColumn = ask(callSite, 'getEnclosingColumnNumber')
  const atFileStart = enclosingLine === 1 && enclosingColumn === 1 && !ask(callSite, 'isEval')
  const isModule = !functionName && atFileStart && !!name
  const line = ask(callSite, 'getLineNumber')
  const column = ask(callSite, 'getColumnNumber')
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

/** What Node runs the text of `node -e` and of standard input in (Node 20 to 26). */
const WRAPPERS = setOf(['[eval]-wrapper', '[stdin]-wrapper'])

function scriptOf(name: string | null, callSite: NodeJS.CallSite | null): Script {
  const latest = scripts.get(name)
  if (latest !== undefined && (latest.isInternal || callSite === null)) return latest
  const isOwn = latest === undefined && name !== null && isOwnScript(name)
  const isInternal = isOwn || !name || startsWith(name, 'node:') || WRAPPERS.has(name)
  // Scripts may share a name, and a loader may run a file anew with another text: V8's hash of the text tells them apart.
  const hash = isInternal || callSite === null ? null : ask(callSite, 'getScriptHash')
  if (latest !== undefined && latest.hash === hash) return latest
  const key = `${hash} ${name}`
  const script = scriptsByHash.get(key) ?? { name, hash, isOwn, isInternal, places: new OwnMap() }
  scripts.set(name, script)
  if (hash !== null) scriptsByHash.set(key, script)
  return script
}

/** The scripts of the program of which a place is known. */
export function knownScripts(): readonly { readonly name: string; readonly hash: string }[] {
  const known: { name: string; hash: string }[] = []
  scriptsByHash.forEach(({ name, hash }) => {
    if (name !== null && hash !== null) known[known.length] = { name, hash }
  })
  return known
}

function intern(script: Script, position: number, place: InternedSite): Site {
  if (++interned > MAX_INTERNED) {
    interned = 1
    scripts.clear()
    scriptsByHash.clear()
  }
  const site = freeze(place)
  const places = script.places.get(position)
  if (places === undefined) script.places.set(position, [site])
  else places[places.length] = site
  return site
}

/**
 * V8's own words for the function: `Class.method`, `new Class`, `get x`. Not what depends on when it is
 * asked (`… [as other]`), nor the timer or request that V8 takes for the class of its callback.
 */
function nameOf(callSite: NodeJS.CallSite, functionName: string | null): string {
  if (!functionName) return ask(callSite, 'isConstructor') ? 'new <anonymous>' : '<anonymous>'
  if (ask(callSite, 'isConstructor')) return `new ${functionName}`
  if (
    ask(callSite, 'isToplevel') ||
    test(/^(?:Timeout|Immediate|ReadFileContext|FSReqCallback)$/, ask(callSite, 'getTypeName') ?? '')
  )
    return functionName
  const line = ask(callSite, 'toString')
  const start = startsWith(line, 'async ') ? 'async '.length : 0
  const end = lastIndexOfText(line, ' (')
  if (end === -1) return functionName
  const name = sliceText(line, start, end)
  return sliceText(name, 0, exec(/ \[as [^\]]*\]$/, name)?.index)
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
      isOwn: scriptOf(script, null).isOwn,
      isInternal: scriptOf(script, null).isInternal,
    }
  })
}

// The methods of call sites are to be had of a call site only.
readRaw(new ErrorOfRealm())
