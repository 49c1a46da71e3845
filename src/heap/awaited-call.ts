import { FunctionTokens } from './function-tokens.js'

/** `await` and the name of what is called: `await load(`, `await this.stock.check(`. */
const CALL =
  /^await\s+((?:[\p{ID_Start}$_][\p{ID_Continue}$]*\s*\??\.\s*)*)(#?[\p{ID_Start}$_][\p{ID_Continue}$]*)\s*(?:\?\.\s*)?(?=\()/u
/** What V8 or Node.js implements, and what is no call. */
const NO_FUNCTION_OF_PROGRAM = /^(?:then|catch|finally|import|super|function|async|new|typeof|void|delete|await|yield)$/
const GOES_ON = /^(?:\s|\/\/.*(?:\n|$)|\/\*[\s\S]*?\*\/)*(?:\.(?!\.)|\?\.|\(|\[|`)/

/**
 * The name of the function whose value an `await` waits for, by the source: `check` in `await stock.check(sku)`.
 *
 * @param text of the running script, from the place of the `await` on.
 * @returns null where the awaited value is not that of a call, or goes through another one first.
 */
export function awaitedCall(text: string): string | null {
  const [head, object = '', name = ''] = CALL.exec(text) ?? []
  if (head === undefined || NO_FUNCTION_OF_PROGRAM.test(name) || /^Promise\s*\./.test(object)) return null
  const end = FunctionTokens.endOfBrackets(text, head.length)
  return end === null || GOES_ON.test(text.slice(end)) ? null : name
}
