/** Keywords that are followed by an expression, or a name: no expression ends with one. */
export const BEFORE_EXPRESSION =
  /^(?:async|await|case|class|default|delete|do|else|extends|function|in|instanceof|new|of|return|throw|typeof|void|yield)$/
/** What stands before parentheses that are no call's and no function's. */
export const STATEMENT = /^(?:if|while|for|with|switch|catch|await)$/
const SPACE = /(?:[\s\uFEFF]|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/)+/y
const NAME = /#?[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy
const NUMBER = /\d[\w.]*/y
const STRING = /'(?:\\[\s\S]|[^'\\])*'|"(?:\\[\s\S]|[^"\\])*"/y
const REGULAR_EXPRESSION = /\/(?:\\.|\[(?:\\.|[^\]\\\n\r])*\]|[^/\\[\n\r])+\/\w*/y
/** Up to the template's end, or to the next expression in it. */
const TEMPLATE_PART = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?:`|\$\{)/y
const PUNCTUATOR = /=>|\+\+|--|\?\.(?!\d)|\?\?|\.\.\.|[[(){}\].,;:?~!<>=+\-*%&|^/@]/y

const LINE_END = /[\n\r\u2028\u2029]/
const OPENING = /^(?:\(|\[|\{|\$\{)$/
const CLOSING = /^[)\]}]$/
/** Stands for a number, a string, a regular expression, and the end of a template. */
export const VALUE = '""'

export function isName(text: string | undefined): boolean {
  return text !== undefined && text !== '${' && /^#?[\p{ID_Start}$_]/u.test(text)
}

/** One of those between brackets with commas between them. */
export interface Item {
  readonly text: string
  /** Of what stands in brackets, the brackets alone. */
  readonly tokens: readonly { readonly text: string; readonly start: number }[]
}

/**
 * The tokens of one function's text. Without a grammar, it gives up where it would have to guess: a slash after a
 * closing brace, names that are written with escapes.
 */
export class FunctionTokens {
  readonly texts: string[] = []
  /** Where each begins in the source. */
  readonly starts: number[] = []
  readonly isAfterLineEnd: boolean[] = []
  /** Of each closing bracket the opening one, and the other way around. */
  readonly partners: number[] = []
  readonly #source: string
  readonly #open: number[] = []
  #at: number

  private constructor(source: string, start: number) {
    this.#source = source
    this.#at = start
  }

  /**
   * @param start where V8 says that the function begins: at its parameters, or `async` before an arrow's, or `class`
   * where that has no constructor (Node 20 to 26).
   * @returns null where the text is not understood.
   */
  static read(source: string, start: number): FunctionTokens | null {
    const tokens = new FunctionTokens(source, start)
    return tokens.#readFunction() ? tokens : null
  }

  /** The tokens of a whole script; null where the text is not understood. */
  static whole(source: string): FunctionTokens | null {
    const tokens = new FunctionTokens(source, 0)
    while (tokens.#read());
    tokens.#match(SPACE)
    return tokens.#at === source.length && tokens.#open.length === 0 ? tokens : null
  }

  /** @returns where the bracket that opens at a place has been closed; null where the text is not understood. */
  static endOfBrackets(source: string, start: number): number | null {
    const tokens = new FunctionTokens(source, start)
    return tokens.#read() && tokens.#open.length > 0 && tokens.#readToClosing() ? tokens.#at : null
  }

  /** The source between the brackets that open at a place, by its tokens; null where the text is not understood. */
  static itemsIn(source: string, start: number): readonly Item[] | null {
    const tokens = new FunctionTokens(source, start)
    if (!tokens.#read() || tokens.#open.length === 0 || !tokens.#readToClosing()) return null
    const { texts, starts } = tokens
    const items: Item[] = []
    let item: { readonly text: string; readonly start: number }[] = []
    const take = (end: number) => {
      const [first] = item
      if (first !== undefined) items.push({ text: source.slice(first.start, end), tokens: item })
      item = []
    }
    for (let at = 1; at < texts.length; at++) {
      const [text, begins] = [texts[at] as string, starts[at] as number]
      if (text === ',' || at === texts.length - 1) take(begins)
      else item.push({ text, start: begins })
      if (OPENING.test(text)) at = (tokens.partners[at] as number) - 1
    }
    return items
  }

  isProperty(at: number): boolean {
    return this.texts[at - 1] === '.' || this.texts[at - 1] === '?.'
  }

  #readFunction(): boolean {
    if (!this.#read()) return false
    if (this.texts[0] === 'class') return this.#readClass()
    if (this.texts[0] === 'async' && !/^\s*=>/.test(this.#source.slice(this.#at, this.#at + 100))) this.#read()
    const parameters = this.texts.at(-1)
    if (parameters === '(' ? !this.#readToClosing() : !isName(parameters)) return false
    if (!this.#read()) return false
    if (this.texts.at(-1) === '{') return parameters === '(' && this.#readToClosing()
    return this.texts.at(-1) === '=>' && this.#readArrowBody()
  }

  #readClass(): boolean {
    while (this.#read()) {
      const [before, text = ''] = this.texts.slice(-2)
      // A field of that name, a class in the heritage.
      if (/^[=;)\]}]$/.test(text) || (text === 'class' && !this.isProperty(this.texts.length - 1))) return false
      if (OPENING.test(text) && text !== '{' && !this.#readToClosing()) return false
      if (text === '{') return before !== 'extends' && this.#readToClosing()
    }
    return false
  }

  #readArrowBody(): boolean {
    const start = this.texts.length
    const expression = new ExpressionEnd(this, start)
    for (let at = start; ; at = this.texts.length) {
      if (!this.#read()) return this.#at === this.#source.length
      if (expression.isAt(at)) {
        this.texts.length = at
        return true
      }
      if (this.#open.length === 0) continue
      if (!this.#readToClosing()) return false
      if (at === start && this.texts[start] === '{') return true
    }
  }

  /** Up to the partner of the bracket that was read last. */
  #readToClosing(): boolean {
    const depth = this.#open.length
    while (this.#open.length >= depth) if (!this.#read()) return false
    return true
  }

  /** @returns false at the end of the source, and where it is not understood. */
  #read(): boolean {
    const space = this.#match(SPACE)
    const start = this.#at
    const text = this.#readToken()
    if (text === null) return false
    this.#push(text, start, space !== null && LINE_END.test(space))
    return text === '`' ? this.#readTemplate() : true
  }

  #readToken(): string | null {
    const name = this.#match(NAME)
    if (name !== null) return name
    if (this.#match(NUMBER) !== null || this.#match(STRING) !== null) return VALUE
    const character = this.#source[this.#at]
    if (character === '/') {
      const isRegularExpression = this.#isExpressionNext()
      if (isRegularExpression === null) return null
      if (isRegularExpression) return this.#match(REGULAR_EXPRESSION) === null ? null : VALUE
    }
    if (character === '`') this.#at++
    return character === '`' ? character : this.#match(PUNCTUATOR)
  }

  /** Rather than an operator after one; null where only a grammar tells. */
  #isExpressionNext(): boolean | null {
    const last = this.texts.length - 1
    const text = this.texts[last]
    if (text === undefined || text === '}') return null
    if (text === ')') {
      const before = this.texts[(this.partners[last] as number) - 1] ?? ''
      return before === 'await' ? null : STATEMENT.test(before)
    }
    if (isName(text)) return BEFORE_EXPRESSION.test(text) && !this.isProperty(last)
    return text !== VALUE && text !== ']' && text !== '++' && text !== '--'
  }

  #push(text: string, start: number, isAfterLineEnd: boolean): void {
    const at = this.texts.push(text) - 1
    this.starts[at] = start
    this.isAfterLineEnd[at] = isAfterLineEnd
    if (OPENING.test(text)) this.#open.push(at)
    if (!CLOSING.test(text)) return
    const open = this.#open.pop()
    if (open === undefined) return
    this.partners[at] = open
    this.partners[open] = at
  }

  /** The expressions in it are taken for what stands in brackets. */
  #readTemplate(): boolean {
    for (;;) {
      const start = this.#at
      const part = this.#match(TEMPLATE_PART)
      if (part === null) return false
      this.#push(part.endsWith('`') ? VALUE : '${', start, false)
      if (part.endsWith('`')) return true
      if (!this.#readToClosing()) return false
    }
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at
    const [found] = pattern.exec(this.#source) ?? []
    if (found === undefined) return null
    this.#at += found.length
    return found
  }
}

/** Where an expression ends that is followed from its start, token by token; what stands in its brackets is left out. */
export class ExpressionEnd {
  readonly #tokens: FunctionTokens
  readonly #start: number
  #questions = 0

  constructor(tokens: FunctionTokens, start: number) {
    this.#tokens = tokens
    this.#start = start
  }

  isAt(at: number): boolean {
    const { texts, isAfterLineEnd } = this.#tokens
    const text = texts[at] as string
    if (CLOSING.test(text) || text === ',' || text === ';') return true
    if (text === '?') this.#questions++
    if (text === ':' && --this.#questions < 0) return true
    return at > this.#start && isAfterLineEnd[at] === true && this.#isComplete(at - 1) && this.#isNew(text)
  }

  #isComplete(last: number): boolean {
    const text = this.#tokens.texts[last] as string
    if (isName(text)) return !BEFORE_EXPRESSION.test(text) || this.#tokens.isProperty(last)
    return text === VALUE || CLOSING.test(text) || text === '++' || text === '--'
  }

  /** What cannot go on with an expression: a statement without a semicolon before it. */
  #isNew(text: string): boolean {
    return isName(text) ? !/^(?:in|instanceof)$/.test(text) : /^(?:\{|@|~|\+\+|--|"")$/.test(text)
  }
}
