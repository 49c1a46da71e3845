import type { Site } from './call-sites.js'
import { textOfFile } from './running-script.js'
import { type RunningPlace, runningPlace } from './running-text.js'

const MAX_FILES = 256
const linesOfFile = new Map<string, readonly string[] | null>()
const MAX_PLACES = 50_000
const asyncOfFunction = new Map<string, boolean | null>()
const asyncOfSite = new Map<Site, boolean | null>()

/**
 * Whether the function that holds a place is an async function, an async generator or a module's top
 * level; null where its source cannot be read. V8's enclosing position of such a function is that of
 * its `async` (Node 20 to 26).
 */
export function isAsyncFunction(site: Site): boolean | null {
  if (site.compiled !== undefined) return true
  if (site.script === null || site.enclosingLine === null || site.enclosingColumn === null) return null
  if (site.isModule) return true
  let known = asyncOfSite.get(site)
  if (known === undefined) {
    known = isAsyncAt(site, site.enclosingLine, site.enclosingColumn)
    if (asyncOfSite.size >= MAX_PLACES) asyncOfSite.clear()
    asyncOfSite.set(site, known)
  }
  return known
}

function isAsyncAt(site: Site, line: number, column: number): boolean | null {
  const key = `${site.scriptHash} ${site.script}\0${line}\0${column}`
  let known = asyncOfFunction.get(key)
  if (known === undefined) {
    known = readIsAsync(site, line, column)
    if (asyncOfFunction.size >= MAX_PLACES) asyncOfFunction.clear()
    asyncOfFunction.set(key, known)
  }
  return known
}

/** Whether the function that holds a place is an async generator, by its source. */
export function isAsyncGenerator(site: Site): boolean {
  const { enclosingLine, enclosingColumn, isModule } = site
  const start = isModule ? null : runningPlace(site, enclosingLine, enclosingColumn)
  return start !== null && /^(?:static\s+)?async(?:\s+function)?\s*\*/.test(textFrom(start))
}

/** The text of one line of the author's source, without the space around it; null where it cannot be read. */
export function sourceLine(file: string, line: number): string | null {
  return sourceLines(file)?.[line - 1]?.trim() ?? null
}

/** The lines of a file, or null where it cannot be read. */
function sourceLines(file: string): readonly string[] | null {
  let lines = linesOfFile.get(file)
  if (lines === undefined) {
    lines = textOfFile(file)?.split('\n') ?? null
    if (linesOfFile.size >= MAX_FILES) linesOfFile.clear()
    linesOfFile.set(file, lines)
  }
  return lines
}

function readIsAsync(site: Site, line: number, column: number): boolean | null {
  const start = runningPlace(site, line, column)
  if (start === null) return null
  const text = textFrom(start)
  if (text === '') return null
  const after = /^(?:static\s+)?async(?![\w$])\s*(.?)/u.exec(text)
  if (after === null) return false
  return after[1] !== '(' || isArrow(text.slice(text.indexOf('(')), start.lines.slice(start.line, start.line + 50))
}

/**
 * Whether an `await` is that of a call in the same function, by the text between the two: `await call()`,
 * or the next statement after the call. True where the text cannot be read.
 */
export function isAwaitOfCall(awaiting: Site, calling: Site): boolean {
  const [from, to] = [startOf(awaiting), startOf(calling)]
  if (from === null || to === null || from.lines !== to.lines) return true
  const isBefore = from.line < to.line || (from.line === to.line && from.column <= to.column)
  const text = isBefore ? textBetween(from, to) : textBetween(to, from)
  if (isBefore) return /^(?:for\s+)?await\b[^;(){}]*$/.test(text) || !/^(?:for\s+)?await\b/.test(text)
  const statements = text.replace(/\/\/.*$|\/\*[\s\S]*?\*\//gm, '').trim()
  return statements.split(/[;\n]+/).length <= 2
}

/** Whether the call at a place is awaited in the same line: `await f()`, `await this.f()`. */
export function isAwaitedCall(call: Site): boolean {
  const start = startOf(call)
  const before = start?.lines[start.line - 1]?.slice(0, start.column - 1)
  return before !== undefined && /(?:^|[^\w$.])await\s+(?:[\w$#]+\??\.)*$/.test(before)
}

/** Whether the await at a place is of a promise that is made in the same line: `await new Promise(…)`. */
export function isAwaitOfNewPromise(awaiting: Site): boolean {
  const start = startOf(awaiting)
  return start !== null && /^await\s+new\s+Promise\s*[<(]/.test(textFrom(start))
}

/**
 * What a running function has just made and awaits: while it runs, V8's position of an await is that of the last call in
 * its operand (Node 20 to 26). Null if the text does not tell.
 */
export function awaitedAt(running: Site): 'new Promise' | 'call' | null {
  const start = startOf(running)
  if (start === null || !isAwaitedCall(running)) return null
  const text = textFrom(start)
  if (/^new\s+Promise\s*[<(]/.test(text)) return 'new Promise'
  return /^(?!new\b)[\w$#]+\s*\(/.test(text) ? 'call' : null
}

/**
 * Which method of a promise is called at a place: V8 names `then` by where it stands, the keywords by the parenthesis
 * after them (Node 20 to 26). Null where the text tells none.
 */
export function promiseMethodAt(call: Site): 'then' | 'catch' | 'finally' | null {
  const start = startOf(call)
  const line = start?.lines[start.line - 1] ?? ''
  const at = (start?.column ?? 1) - 1
  if (/^then\b/.test(line.slice(at))) return 'then'
  const method =
    /\.\s*(catch|finally)\s*$/.exec(line.slice(0, at))?.[1] ?? /^(catch|finally)\b/.exec(line.slice(at))?.[1]
  return (method as 'catch' | 'finally' | undefined) ?? null
}

/** The names of the first two parameters of the function that holds a place; null if its text does not tell. */
export function parametersAround(site: Site): readonly (string | null)[] | null {
  const start = runningPlace(site, site.enclosingLine, site.enclosingColumn)
  if (start === null) return null
  const text = [textFrom(start), ...start.lines.slice(start.line, start.line + 5)].join('\n')
  const found = PARAMETERS.exec(text)
  return found === null ? null : [found[1] ?? found[3] ?? null, found[2] ?? null]
}

const PARAMETERS =
  /^(?:async\s+)?(?:function\s*[\w$]*\s*)?(?:\(\s*([\w$]+)?\s*(?::[^,)]*(?:\([^)]*\)[^,)]*)?)?(?:,\s*([\w$]+)\s*(?::[^)]*)?)?[,)]|([\w$]+)\s*=>)/

/** The name that stands as the first argument of the call at a place; null for other arguments. */
export function firstArgumentAt(call: Site): string | null {
  const start = startOf(call)
  if (start === null) return null
  return /^[\w$]+\s*\(\s*([\w$]+)\s*[,)]/.exec(textFrom(start))?.[1] ?? null
}

function startOf(site: Site): RunningPlace | null {
  return runningPlace(site, site.line, site.column)
}

/** The rest of the line. */
function textFrom({ lines, line, column }: RunningPlace): string {
  return lines[line - 1]?.slice(column - 1) ?? ''
}

function textBetween(from: RunningPlace, to: RunningPlace): string {
  const lines = from.lines.slice(from.line - 1, to.line)
  const last = lines.length - 1
  if (last < 0) return ''
  lines[last] = (lines[last] ?? '').slice(0, to.column - 1)
  lines[0] = (lines[0] ?? '').slice(from.column - 1)
  return lines.join('\n')
}

/** Tells `async (x) => …` from a method named async: what follows the closing parenthesis. */
function isArrow(text: string, following: readonly string[]): boolean {
  const source = [text, ...following].join('\n')
  let depth = 0
  for (let i = 0; i < source.length; i++) {
    if (source[i] === '(') depth++
    else if (source[i] === ')' && --depth === 0) return /^\s*(:[^{]*?)?=>/.test(source.slice(i + 1))
  }
  return true
}
