import { type RunningPlace, runningPlace } from '../engine/running-text.js'
import type { Site } from '../engine/site.js'
import { ExpressionEnd, FunctionTokens, isName, VALUE } from '../heap/function-tokens.js'

/** What becomes of the value of a call. */
export interface UseOfCall {
  /** The function that holds the call returns the value as it is. */
  readonly isReturned: boolean
  /** The function awaits the value as it is. */
  readonly isAwaited: boolean
  /** The function returns a `Promise.all`, `race`, `any` or `allSettled` of which the value is a member, or the list. */
  readonly inCombinator: 'member' | 'list' | null
  /** Where the `return` begins in whose expression the call stands, unless the function might catch what it throws. */
  readonly returnAt: number | null
}

const UNKNOWN: UseOfCall = Object.freeze({ isReturned: false, isAwaited: false, inCombinator: null, returnAt: null })

const MAX_PLACES = 10_000
const uses = new Map<Site, UseOfCall>()

/**
 * What a function does with the value of the call at a place, by its text. It says nothing of what it does not
 * understand: a value that is stored first, or changed, may go elsewhere.
 */
export function useOfCall(call: Site): UseOfCall {
  let use = uses.get(call)
  if (use === undefined) {
    const start = runningPlace(call, call.enclosingLine, call.enclosingColumn)
    const place = runningPlace(call, call.line, call.column)
    const isRead = start !== null && place !== null && start.lines === place.lines
    use = isRead ? useInFunction(textFrom(start), offsetOf(place, start)) : UNKNOWN
    if (uses.size >= MAX_PLACES) uses.clear()
    uses.set(call, use)
  }
  return use
}

/** The line and column, as V8 counts them, of the `return` in whose expression a call stands; null if there is none. */
export function placeOfReturn(call: Site): Pick<Site, 'line' | 'column'> | null {
  const { returnAt } = useOfCall(call)
  const start = runningPlace(call, call.enclosingLine, call.enclosingColumn)
  if (returnAt === null || start === null || call.enclosingLine === null || call.enclosingColumn === null) return null
  const before = textFrom(start).slice(0, returnAt).split('\n')
  const last = before.at(-1)?.length ?? 0
  const column = before.length === 1 ? call.enclosingColumn + last : last + 1
  return { line: call.enclosingLine + before.length - 1, column }
}

/** The tokens of the function that holds a place; null if its text cannot be read or is not understood. */
export function functionAround({ script, scriptHash, enclosingLine, enclosingColumn }: Site): FunctionTokens | null {
  const start = runningPlace({ script, scriptHash }, enclosingLine, enclosingColumn)
  return start === null ? null : tokensOf(textFrom(start))
}

function tokensOf(text: string): FunctionTokens | null {
  return FunctionTokens.read(text, HEAD.exec(text)?.[0].length ?? 0)
}

/** Functions that are longer are not looked at. */
const MAX_TEXT = 100_000

/** Up to the parentheses of its parameters; an arrow function begins with them, or with its only one. */
const HEAD =
  /^(?:static\s+)?(?:(?:get|set)\s+(?=[\w$#['"]))?(?:async\s+(?!=>|[\w$]+\s*=>))?(?:function\b\s*)?(?:#?[\w$]+|'[^'\n]*'|"[^"\n]*"|\[[^\]\n]*\])?\s*(?=\()/

/**
 * @param text from where V8 says that the function begins: at `async` if it has it, else at `function` or its name.
 * @param place where V8 says that the call stands in the text.
 */
export function useInFunction(text: string, place: number): UseOfCall {
  const tokens = tokensOf(text)
  const at = tokens?.starts.indexOf(place) ?? -1
  if (tokens === null || at === -1) return UNKNOWN
  const expression = callAt(tokens, at)
  if (expression === null) return UNKNOWN
  const combinator = combinatorAround(tokens, expression)
  const returnToken = returnAround(tokens, expression)
  return {
    isReturned: isReturned(tokens, expression),
    isAwaited: isAwaited(tokens, expression),
    inCombinator: combinator === null || !isReturned(tokens, combinator) ? null : combinator.as,
    returnAt: returnToken === null ? null : (tokens.starts[returnToken] as number),
  }
}

function textFrom({ lines, line, column }: RunningPlace): string {
  let text = lines[line - 1]?.slice(column - 1, column - 1 + MAX_TEXT) ?? ''
  for (let i = line; i < lines.length && text.length < MAX_TEXT; i++) text += `\n${lines[i]}`
  return text
}

function offsetOf(place: RunningPlace, start: RunningPlace): number {
  if (place.line === start.line) return place.column - start.column
  let offset = (start.lines[start.line - 1] as string).length - start.column + 2
  for (let i = start.line; i < place.line - 1; i++) offset += (start.lines[i] as string).length + 1
  return offset + place.column - 1
}

/** An expression: its first token and its last. */
interface Expression {
  readonly first: number
  readonly last: number
}

/** The whole call, from its object on. V8's position is that of the name, of the parenthesis or of `new`. */
function callAt(tokens: FunctionTokens, at: number): Expression | null {
  const { texts, partners } = tokens
  if (texts[at] === 'new') {
    let open = at + 1
    while (isName(texts[open]) || texts[open] === '.') open++
    return texts[open] === '(' ? { first: at, last: partners[open] as number } : null
  }
  const open = texts[at] === '(' ? at : texts[at + 1] === '(' ? at + 1 : texts[at + 1] === '?.' ? at + 2 : -1
  if (texts[open] !== '(' || texts[at] === 'super' || (open !== at && !isName(texts[at]))) return null
  const first = beginningOf(tokens, at)
  return first === null ? null : { first, last: partners[open] as number }
}

/** Back over `a.b`, `a()`, `a[0]` and `new A().b` to the first token. */
function beginningOf(tokens: FunctionTokens, from: number): number | null {
  const { texts, partners } = tokens
  let at = from
  for (;;) {
    const before = texts[at - 1]
    const isSuffix = texts[at] === '(' || texts[at] === '['
    if (before === '.' || before === '?.') at -= 2
    else if (isSuffix && (endsOperand(tokens, at - 1) || before === '?.')) at--
    else if (before === 'new' && !tokens.isProperty(at - 1)) return at - 1
    else return at
    const text = texts[at]
    if (text === ')' || text === ']') at = partners[at] as number
    else if (text !== '?.' && !isName(text)) return null
  }
}

const OPERATORS =
  /^(?:await|case|delete|do|else|in|instanceof|new|of|return|throw|typeof|void|yield|if|while|for|switch)$/

function endsOperand(tokens: FunctionTokens, at: number): boolean {
  const text = tokens.texts[at]
  if (text === ')' || text === ']') return true
  return isName(text) && (!OPERATORS.test(text as string) || tokens.isProperty(at))
}

/** Whether the function returns the value of an expression, if it has computed it. */
function isReturned(tokens: FunctionTokens, { first, last }: Expression): boolean {
  const { texts, partners, isAfterLineEnd } = tokens
  for (;;) {
    const before = texts[first - 1]
    const after = texts[last + 1]
    if (before === '=>' && isOwnArrow(tokens, first - 1)) return after === undefined
    if (before === 'return' && !tokens.isProperty(first - 1)) {
      return isAfterLineEnd[first] !== true && isEnd(tokens, first, last + 1)
    }
    if (before === '(' && partners[first - 1] === last + 1 && !endsOperand(tokens, first - 2)) {
      if (isName(texts[first - 2]) && texts[first - 2] !== 'return') return false
      first--
      last++
    } else if (before === '??' || (before === texts[first - 2] && (before === '|' || before === '&'))) {
      // On the right of `||`, `&&` and `??`.
      const left = operandBefore(tokens, first - 1)
      if (left === null) return false
      first = left
    } else if (before === '?' && after === ':') {
      const condition = operandBefore(tokens, first - 1)
      const end = endOfExpression(tokens, last + 2)
      if (condition === null || end === null) return false
      first = condition
      last = end
    } else if (before === ':') {
      const question = questionOf(tokens, first - 1)
      const condition = question === null ? null : operandBefore(tokens, question)
      if (condition === null) return false
      first = condition
    } else return false
  }
}

/** `await call()`, without anything that goes on from the value before it is awaited. */
function isAwaited({ texts }: FunctionTokens, { first, last }: Expression): boolean {
  return texts[first - 1] === 'await' && !/^(?:\.|\?\.|\(|\[|`)$/.test(texts[last + 1] ?? '')
}

/** The arrow of the function itself, whose tokens these are: nothing but its parameters comes before. */
function isOwnArrow({ texts, partners }: FunctionTokens, arrow: number): boolean {
  const last = arrow - 1
  const begins = texts[last] === ')' ? (partners[last] as number) : last
  return begins === 0 || (begins === 1 && texts[0] === 'async')
}

function isEnd(tokens: FunctionTokens, first: number, at: number): boolean {
  const { texts } = tokens
  const text = texts[at]
  if (text === undefined || text === ';' || text === '}') return true
  return text !== ',' && text !== ')' && text !== ']' && text !== ':' && new ExpressionEnd(tokens, first).isAt(at)
}

/** The last token of the expression that begins at a token; null if it does not end. */
function endOfExpression(tokens: FunctionTokens, first: number): number | null {
  const end = new ExpressionEnd(tokens, first)
  for (let at = first; ; at++) {
    if (tokens.texts[at] === undefined || end.isAt(at)) return at - 1
    const partner = tokens.partners[at]
    if (partner !== undefined && partner > at) at = partner
  }
}

/** The first token of the operand that ends before a token, up to the `return` or bracket that it follows. */
function operandBefore(tokens: FunctionTokens, end: number): number | null {
  const { texts, partners } = tokens
  for (let at = end - 1; at >= 0; at--) {
    const text = texts[at] as string
    if (/^[)\]}]$/.test(text)) at = partners[at] as number
    else if (text === '=>' || text === '(' || text === '?' || text === ':') return at + 1
    else if (text === 'return' && !tokens.isProperty(at)) return at + 1
    else if (/^[[{,;]$|^\$\{$/.test(text) || (text === '=' && !isComparison(texts, at))) return null
    else if (/^(?:yield|throw|case)$/.test(text) && !tokens.isProperty(at)) return null
  }
  return null
}

/** `==`, `===`, `!=`, `<=`, `>=`: an assignment has one `=`, after a name or an operator. */
function isComparison(texts: readonly string[], at: number): boolean {
  return texts[at - 1] === '=' || texts[at + 1] === '=' || /^[!<>]$/.test(texts[at - 1] ?? '')
}

/** The `?` that a `:` belongs to; null for the colon of a label, a case or a property. */
function questionOf({ texts, partners }: FunctionTokens, colon: number): number | null {
  let open = 1
  for (let at = colon - 1; at >= 0; at--) {
    const text = texts[at] as string
    if (/^[)\]}]$/.test(text)) at = partners[at] as number
    else if (text === ':') open++
    else if (text === '?' && --open === 0) return at
    else if (/^[({[,;]$|^\$\{$|^(?:case|default|return)$/.test(text)) return null
  }
  return null
}

const COMBINATOR = /^(?:all|allSettled|any|race)$/

/** `Promise.all([…, call(), …])` around a call, `Promise.all(items.map(…))` around that of `map`; null for none. */
function combinatorAround({ texts, partners }: FunctionTokens, { first, last }: Expression) {
  let list = { first, last }
  let as: 'member' | 'list' = 'list'
  if (texts[first - 1] !== '(') {
    let open = first - 1
    while (open >= 0 && (partners[open] === undefined || (partners[open] as number) < open)) {
      open = partners[open] === undefined ? open - 1 : (partners[open] as number) - 1
    }
    const isWhole = /^[[,]$/.test(texts[first - 1] ?? '') && /^[\],]$/.test(texts[last + 1] ?? '')
    if (texts[open] !== '[' || !isWhole) return null
    list = { first: open, last: partners[open] as number }
    as = 'member'
  }
  const open = list.first - 1
  const isOnly = texts[open] === '(' && partners[open] === list.last + 1
  if (!isOnly || !COMBINATOR.test(texts[open - 1] ?? '') || texts[open - 2] !== '.') return null
  return texts[open - 3] === 'Promise' ? { first: open - 3, last: list.last + 1, as } : null
}

/** The token of the `return` in whose expression a call stands; null if there is none, or the function has a `try`. */
function returnAround(tokens: FunctionTokens, { first }: Expression): number | null {
  const { texts, partners, isAfterLineEnd } = tokens
  if (texts.includes('try')) return null
  for (let at = first - 1; at >= 0; at--) {
    const partner = partners[at]
    const text = texts[at]
    if (partner !== undefined && partner < at) at = partner
    else if (text === ';' || text === '{' || text === '=>') return null
    else if (text === 'return' && !tokens.isProperty(at)) return at
    // Without a semicolon, an earlier statement may end here.
    else if (isAfterLineEnd[at + 1] === true && isName(texts[at + 1]) && isOperandEnd(text)) return null
  }
  return null
}

function isOperandEnd(text: string | undefined): boolean {
  return text === VALUE || /^[)\]}]$/.test(text ?? '') || isName(text)
}
