import { FunctionTokens } from './function-tokens.js'

/** `await` and the name of what is called: `await load(`, `await this.stock.check(`. */
const CALL =
  /^await\s+((?:[\p{ID_Start}$_][\p{ID_Continue}$]*\s*\??\.\s*)*)(#?[\p{ID_Start}$_][\p{ID_Continue}$]*)\s*(?:\?\.\s*)?(?=\()/u
/** What V8 or Node.js implements, and what is no call. */
const NO_FUNCTION_OF_PROGRAM = /^(?:then|catch|finally|import|super|function|async|new|typeof|void|delete|await|yield)$/
/**
 * Node's functions that return promises of others, and are no functions of the program (Node 20 to 26): the source alone does not tell
 * whose `once` it is, so such a name is not given.
 */
const NAMES_OF_NODE =
  /^(?:once|on|access|appendFile|chmod|chown|copyFile|cp|lchmod|lchown|link|lstat|lutimes|mkdir|mkdtemp|open|opendir|readFile|readdir|readlink|realpath|rename|rm|rmdir|stat|statfs|symlink|truncate|unlink|utimes|writeFile|close|read|readv|write|writev|sync|datasync|pipeline|finished|cancel|abort|pipeTo|fetch|json|text|arrayBuffer|blob|bytes|formData|question|setTimeout|setImmediate)$/
const PROMISE = /^Promise\s*\.\s*$/
/** What `awaitedCall` says of `await Promise.race(…)`. */
export const RACE = 'Promise.race'
const GOES_ON = /^(?:\s|\/\/.*(?:\n|$)|\/\*[\s\S]*?\*\/)*(?:\.(?!\.)|\?\.|\(|\[|`)/

/**
 * The name of the function whose value an `await` waits for, by the source: `check` in `await stock.check(sku)`.
 *
 * @param text of the running script, from the place of the `await` on.
 * @returns `RACE` for `Promise.race`; null where the awaited value is not that of a call, or goes through another one first.
 */
export function awaitedCall(text: string): string | null {
  const [head, object = '', name = ''] = CALL.exec(text) ?? []
  if (head === undefined || NO_FUNCTION_OF_PROGRAM.test(name) || NAMES_OF_NODE.test(name)) return null
  const isRace = PROMISE.test(object) && name === 'race'
  if (/^Promise\s*\./.test(object) && !isRace) return null
  const end = FunctionTokens.endOfBrackets(text, head.length)
  if (end === null || GOES_ON.test(text.slice(end))) return null
  return isRace ? RACE : name
}
