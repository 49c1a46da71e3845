import { ExpressionEnd, FunctionTokens, isName, STATEMENT } from './function-tokens.js'

/** From the parameters' first token to behind the function's last. */
export interface Range {
  readonly from: number
  readonly to: number
}

/**
 * The names that a function can take from the scopes around it, by its text; and some more that are its own: variables
 * and fields. Left out are its parameters and those of functions in it, and what stands after a dot, in strings and in
 * comments.
 *
 * @param start where V8 says that the function begins.
 * @returns null where the text is not understood.
 */
export function freeNames(source: string, start: number): ReadonlySet<string> | null {
  const tokens = FunctionTokens.read(source, start)
  if (tokens === null) return null
  const parameters = parameterRanges(tokens)
  const found = new Set<string>()
  for (const [at, text] of tokens.texts.entries()) {
    if (!isName(text) || tokens.isProperty(at)) continue
    if (parameters.get(text)?.some(({ from, to }) => at >= from && at < to) !== true) found.add(text)
  }
  return found
}

/** Every name in a function's text, those of properties included; null if the text is not understood. */
export function wordsOf(source: string, start: number): ReadonlySet<string> | null {
  const tokens = FunctionTokens.read(source, start)
  return tokens === null ? null : new Set(tokens.texts.filter(isName))
}

/** By name of a parameter: where in the text it is that. */
function parameterRanges(tokens: FunctionTokens): ReadonlyMap<string, readonly Range[]> {
  const ranges = new Map<string, Range[]>()
  for (const [at, text] of tokens.texts.entries()) {
    const range = text === '=>' ? arrowAround(tokens, at) : text === '{' ? functionAround(tokens, at) : null
    if (range === null) continue
    for (const name of parameterNames(tokens, range.from, at)) ranges.set(name, [...(ranges.get(name) ?? []), range])
  }
  return ranges
}

/** Those that are no patterns. They are seen in the parameters' default values as well. */
function parameterNames({ texts, partners }: FunctionTokens, from: number, end: number): string[] {
  if (from === end - 1) return [texts[from] as string]
  const found: string[] = []
  for (let at = from + 1; at < end; at = Math.max(at, partners[at] ?? at) + 1) {
    const isFirst = /^(?:\(|,|\.\.\.)$/.test(texts[at - 1] as string)
    if (isFirst && isName(texts[at])) found.push(texts[at] as string)
  }
  return found
}

/** The arrow function that an arrow belongs to. */
export function arrowAround(tokens: FunctionTokens, arrow: number): Range | null {
  const { texts, partners } = tokens
  const from = texts[arrow - 1] === ')' ? partners[arrow - 1] : arrow - 1
  const start = arrow + 1
  if (from === undefined) return null
  if (texts[start] === '{') return { from, to: partners[start] ?? start }
  const expression = new ExpressionEnd(tokens, start)
  let to = start
  while (to < texts.length && !expression.isAt(to)) to = Math.max(to, partners[to] ?? to) + 1
  return { from, to }
}

/** The function or method whose body this brace opens, where it is surely one. */
export function functionAround({ texts, partners, isAfterLineEnd }: FunctionTokens, body: number): Range | null {
  const from = texts[body - 1] === ')' ? partners[body - 1] : undefined
  // A call, and a block in the next line.
  if (from === undefined || isAfterLineEnd[body] === true) return null
  const range = { from, to: partners[body] ?? body }
  if (from === 0) return range
  const name = texts[from - 1] ?? ''
  // `class extends mixin(base) {`
  const isHeritage = texts[from - 2] === 'extends' || texts[from - 2] === '.'
  return isName(name) && !STATEMENT.test(name) && !isHeritage ? range : null
}

/** `pending.delete(resolve)`, `removeListener('close', resolve)`: what is only taken out of a list is not called. */
const TAKES_OUT = /^(?:clear|delete|drop|has|includes|indexOf|lastIndexOf|off|remove|unsubscribe)/

/**
 * The names in a function's text that it calls or hands on; those left out it only takes out of a list. Null if the text is not
 * understood.
 *
 * @param start where V8 says that the function begins.
 */
export function usedNames(source: string, start: number): ReadonlySet<string> | null {
  const tokens = FunctionTokens.read(source, start)
  if (tokens === null) return null
  const takenOut = argumentsOfTakingOut(tokens)
  return new Set(tokens.texts.filter((text, at) => isName(text) && !takenOut.has(at)))
}

/** The places of the names that are arguments by themselves: `delete(resolve)`, not `delete(find(resolve))`. */
function argumentsOfTakingOut({ texts, partners }: FunctionTokens): ReadonlySet<number> {
  const found = new Set<number>()
  for (const [open, text] of texts.entries()) {
    if (text !== '(' || !TAKES_OUT.test(texts[open - 1] ?? '')) continue
    const end = partners[open] ?? open
    for (let at = open + 1; at < end; at = Math.max(at, partners[at] ?? at) + 1) {
      const isWhole = /^[(,]$/.test(texts[at - 1] as string) && /^[),]$/.test(texts[at + 1] ?? '')
      if (isWhole && isName(texts[at])) found.add(at)
    }
  }
  return found
}
