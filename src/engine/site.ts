import { isInOwnText, isOwnScript } from './own-files.js'
import {
  apply,
  create,
  defineProperties,
  exec,
  freeze,
  getOwnPropertyDescriptors,
  getPrototypeOf,
  lastIndexOfText,
  OwnMap,
  setOf,
  sliceText,
  startsWith,
  test,
} from './primordials.js'

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

const MAX_INTERNED = 100_000
const scripts = new OwnMap<string | null, Script>()
const scriptsByHash = new OwnMap<string, Script>()
let interned = 0
let lastId = 0

/** For a place that others are made into. */
export function newSiteId(): number {
  return ++lastId
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

/** The place of one of V8's call sites. */
export function siteOf(callSite: NodeJS.CallSite): Site {
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

/** @param callSite null where only the name is known. */
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

/** Whether a script of that name is this package's, and whether it is the program's. */
export function ownershipOf(script: string | null): Pick<Site, 'isOwn' | 'isInternal'> {
  const { isOwn, isInternal } = scriptOf(script, null)
  return { isOwn, isInternal }
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
