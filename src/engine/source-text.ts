import { append, joinedText, slice } from './lists.js'
import { exec, indexOfText, OwnMap, sliceText, splitAt, test, trimText } from './primordials.js'
import { textOfFile } from './running-script.js'
import { type RunningPlace, runningPlace } from './running-text.js'
import type { Site } from './site.js'

const ASYNC = /^(?:static\s+)?async(?![\w$])\s*(.?)/u
const ASYNC_GENERATOR = /^(?:static\s+)?async(?:\s+function)?\s*\*/
const ARROW = /^\s*(:[^{]*?)?=>/
const AWAITS = /^(?:for\s+)?await\b/
const AWAITS_ONLY_THIS = /^(?:for\s+)?await\b[^;(){}]*$/
const AWAITED = /(?:^|[^\w$.])await\s+(?:[\w$#]+\??\.)*$/
/** `await (this.loading ??= load())` */
const AWAITED_AND_KEPT =
  /(?:^|[^\w$.])await\s*\(\s*(?:[\w$#]+(?:\??\.[\w$#]+|\[[^[\]()]*\])*\s*(?:\?\?=?|\|\|=?|&&=|=)\s*)+(?:[\w$#]+\??\.)*$/
const AWAITS_NEW_PROMISE = /^await\s+new\s+Promise\s*[<(]/
const NEW_PROMISE = /^new\s+Promise\s*[<(]/
const CALL = /^(?!new\b)[\w$#]+\s*\(/
const THEN = /^then\b/
const METHOD = /^(catch|finally)\b/
const METHOD_BEFORE = /\.\s*(catch|finally)\s*$/
const FIRST_ARGUMENT = /^[\w$]+\s*\(\s*([\w$]+)\s*[,)]/
const COMMENT = /\/\/.*$|\/\*[\s\S]*?\*\//gm
const BETWEEN_STATEMENTS = /[;\n]+/g

const MAX_FILES = 256
const linesOfFile = new OwnMap<string, readonly string[] | null>()
const MAX_PLACES = 50_000
const asyncOfFunction = new OwnMap<string, boolean | null>()
const asyncOfSite = new OwnMap<Site, boolean | null>()
type Parameters = readonly (string | null)[] | null
const parametersOfSite = new OwnMap<Site, Parameters>()

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
  return start !== null && test(ASYNC_GENERATOR, textFrom(start))
}

/** The text of one line of the author's source, without the space around it; null where it cannot be read. */
export function sourceLine(file: string, line: number): string | null {
  const text = sourceLines(file)?.[line - 1]
  return text === undefined ? null : trimText(text)
}

/** The lines of a file, or null where it cannot be read. */
function sourceLines(file: string): readonly string[] | null {
  let lines = linesOfFile.get(file)
  if (lines === undefined) {
    const text = textOfFile(file)
    lines = text === null ? null : splitAt(text, '\n')
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
  const after = exec(ASYNC, text)
  if (after === null) return false
  return (
    after[1] !== '(' ||
    isArrow(sliceText(text, indexOfText(text, '(')), slice(start.lines, start.line, start.line + 50))
  )
}

/**
 * Whether an `await` is that of a call in the same function, by the text between the two: `await call()`,
 * or the next statement after the call. True where the text cannot be read.
 */
export function isAwaitOfCall(awaiting: Site, calling: Site): boolean {
  const from = startOf(awaiting)
  const to = startOf(calling)
  if (from === null || to === null || from.lines !== to.lines) return true
  const isBefore = from.line < to.line || (from.line === to.line && from.column <= to.column)
  const text = isBefore ? textBetween(from, to) : textBetween(to, from)
  if (isBefore) return test(AWAITS_ONLY_THIS, text) || !test(AWAITS, text)
  return countStatements(withoutComments(text)) <= 2
}

/** Whether the call at a place is awaited in the same line: `await f()`, `await this.f()`. */
export function isAwaitedCall(call: Site): boolean {
  return test(AWAITED, textBefore(call))
}

/** The same of a call that is known to be what its function awaits: it may be kept in a variable first. */
export function isAwaitInLine(call: Site): boolean {
  const text = textBefore(call)
  return test(AWAITED, text) || test(AWAITED_AND_KEPT, text)
}

/** Whether the await at a place is of a promise that is made in the same line: `await new Promise(…)`. */
export function isAwaitOfNewPromise(awaiting: Site): boolean {
  const start = startOf(awaiting)
  return start !== null && test(AWAITS_NEW_PROMISE, textFrom(start))
}

/**
 * What a running function has just made and awaits: while it runs, V8's position of an await is that of the last call in
 * its operand (Node 20 to 26). Null if the text does not tell.
 */
export function awaitedAt(running: Site): 'new Promise' | 'call' | null {
  const start = startOf(running)
  if (start === null || !isAwaitedCall(running)) return null
  const text = textFrom(start)
  if (test(NEW_PROMISE, text)) return 'new Promise'
  return test(CALL, text) ? 'call' : null
}

/**
 * Which method of a promise is called at a place: V8 names `then` by where it stands, the keywords by the parenthesis
 * after them (Node 20 to 26). Null where the text tells none.
 */
export function promiseMethodAt(call: Site): 'then' | 'catch' | 'finally' | null {
  const start = startOf(call)
  const line = start?.lines[start.line - 1] ?? ''
  const at = (start?.column ?? 1) - 1
  const rest = sliceText(line, at)
  if (test(THEN, rest)) return 'then'
  const method = exec(METHOD_BEFORE, sliceText(line, 0, at))?.[1] ?? exec(METHOD, rest)?.[1]
  return (method as 'catch' | 'finally' | undefined) ?? null
}

/** The names of the first two parameters of the function that holds a place; null if its text does not tell. */
export function parametersAround(site: Site): Parameters {
  let known = parametersOfSite.get(site)
  if (known === undefined) {
    known = readParameters(site)
    if (parametersOfSite.size >= MAX_PLACES) parametersOfSite.clear()
    parametersOfSite.set(site, known)
  }
  return known
}

function readParameters(site: Site): Parameters {
  const start = runningPlace(site, site.enclosingLine, site.enclosingColumn)
  if (start === null) return null
  const text = `${textFrom(start)}\n${joinedText(slice(start.lines, start.line, start.line + 5), '\n')}`
  const found = exec(PARAMETERS, text)
  return found === null ? null : [found[1] ?? found[3] ?? null, found[2] ?? null]
}

const PARAMETERS =
  /^(?:async\s+)?(?:function\s*[\w$]*\s*)?(?:\(\s*([\w$]+)?\s*(?::[^,)]*(?:\([^)]*\)[^,)]*)?)?(?:,\s*([\w$]+)\s*(?::[^)]*)?)?[,)]|([\w$]+)\s*=>)/

/** The name that stands as the first argument of the call at a place; null for other arguments. */
export function firstArgumentAt(call: Site): string | null {
  const start = startOf(call)
  if (start === null) return null
  return exec(FIRST_ARGUMENT, textFrom(start))?.[1] ?? null
}

/** What stands before a place in its line. */
function textBefore(site: Site): string {
  const start = startOf(site)
  return start === null ? '' : sliceText(start.lines[start.line - 1] ?? '', 0, start.column - 1)
}

function startOf(site: Site): RunningPlace | null {
  return runningPlace(site, site.line, site.column)
}

/** The rest of the line. */
function textFrom({ lines, line, column }: RunningPlace): string {
  return sliceText(lines[line - 1] ?? '', column - 1)
}

function textBetween(from: RunningPlace, to: RunningPlace): string {
  const lines = slice(from.lines, from.line - 1, to.line)
  const last = lines.length - 1
  if (last < 0) return ''
  lines[last] = sliceText(lines[last] ?? '', 0, to.column - 1)
  lines[0] = sliceText(lines[0] ?? '', from.column - 1)
  return joinedText(lines, '\n')
}

function withoutComments(text: string): string {
  let left = ''
  let at = 0
  COMMENT.lastIndex = 0
  for (let found = exec(COMMENT, text); found !== null; found = exec(COMMENT, text)) {
    left += sliceText(text, at, found.index)
    at = COMMENT.lastIndex
  }
  return left + sliceText(text, at)
}

function countStatements(text: string): number {
  const trimmed = trimText(text)
  let count = 1
  BETWEEN_STATEMENTS.lastIndex = 0
  while (exec(BETWEEN_STATEMENTS, trimmed) !== null) count++
  return count
}

/** Tells `async (x) => …` from a method named async: what follows the closing parenthesis. */
function isArrow(text: string, following: readonly string[]): boolean {
  const lines = [text]
  append(lines, following)
  const source = joinedText(lines, '\n')
  let depth = 0
  for (let i = 0; i < source.length; i++) {
    if (source[i] === '(') depth++
    else if (source[i] === ')' && --depth === 0) return test(ARROW, sliceText(source, i + 1))
  }
  return true
}
