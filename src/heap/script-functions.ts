import { arrowAround, functionAround, type Range } from './free-names.js'
import { FunctionTokens, isName, STATEMENT } from './function-tokens.js'

/** A function in a script, by its tokens: from its parameters to its end. */
export interface ScriptFunction extends Range {
  /** As its author calls it, by its own name or by what it is assigned to; null for none. */
  readonly name: string | null
}

/** All functions of a script, and its tokens. */
export class ScriptFunctions {
  readonly tokens: FunctionTokens
  /** Outer ones before those in them. */
  readonly all: readonly ScriptFunction[]
  /** By token: the index of the innermost function around it; -1 for none. */
  readonly #around: number[] = []

  private constructor(tokens: FunctionTokens) {
    this.tokens = tokens
    this.all = functionsIn(tokens)
    this.#around = new Array<number>(tokens.texts.length).fill(-1)
    for (const [i, { from, to }] of this.all.entries()) this.#around.fill(i, from, to)
  }

  /** @returns null where the text is not understood. */
  static of(source: string): ScriptFunctions | null {
    const tokens = FunctionTokens.whole(source)
    return tokens === null ? null : new ScriptFunctions(tokens)
  }

  around(token: number): ScriptFunction | null {
    return this.all[this.#around[token] ?? -1] ?? null
  }

  /** The innermost function with a name around a token. */
  namedAround(token: number): ScriptFunction | null {
    let at = this.around(token)
    while (at !== null && at.name === null) at = this.around(at.from - 1)
    return at
  }

  /** @param start where V8 says that it begins: at its parameters, or `async` before an arrow's. */
  beginningAt(start: number): ScriptFunction | null {
    const { texts, starts } = this.tokens
    const isIt = ({ from }: Range) => {
      return starts[from] === start || (texts[from - 1] === 'async' && starts[from - 1] === start)
    }
    return this.all.find(isIt) ?? null
  }
}

function functionsIn(tokens: FunctionTokens): ScriptFunction[] {
  const found: ScriptFunction[] = []
  for (const [at, text] of tokens.texts.entries()) {
    const range = text === '=>' ? arrowAround(tokens, at) : text === '{' ? functionAround(tokens, at) : null
    if (range !== null) found.push({ ...range, name: nameBefore(tokens, range.from) })
  }
  return found.sort((a, b) => a.from - b.from || b.to - a.to)
}

/** `leave` in `function leave(`, `leave(` of a class, `leave = async (`, `leave: (`. */
function nameBefore({ texts }: FunctionTokens, from: number): string | null {
  let at = from - 1
  while (/^(?:async|function|\*)$/.test(texts[at] ?? '')) at--
  const before = texts[at]
  if (before !== undefined && isName(before) && at === from - 1 && !STATEMENT.test(before)) return before
  const named = /^[=:]$/.test(before ?? '') ? texts[at - 1] : before
  return named !== undefined && isName(named) && (before === '=' || before === ':' || texts[at + 1] === 'function')
    ? named
    : null
}
