import { BEFORE_EXPRESSION, FunctionTokens, type Item, isName, VALUE } from './function-tokens.js'

/** The name of what is called: `load(`, `this.stock.check(`; and of a function that is handed over. */
const NAME =
  '((?:#?[\\p{ID_Start}$_][\\p{ID_Continue}$]*\\s*\\??\\.\\s*)*)(#?[\\p{ID_Start}$_][\\p{ID_Continue}$]*)\\s*'
const CALL = new RegExp(`^${NAME}(?:\\?\\.\\s*)?(?=\\()`, 'u')
const REFERENCE = new RegExp(`^${NAME}$`, 'u')
const AWAIT = /^await\s+/
const COMBINATOR = /^Promise\s*\.\s*(all|allSettled|any|race)\s*(?=\()/
/** An arrow function that is not async: its parameters, and the beginning of a body that only returns a value. */
const ARROW =
  /^(?!async\b)(?:\([^()]*\)|[\p{ID_Start}$_][\p{ID_Continue}$]*)\s*=>\s*(?:\{\s*return\s+([\s\S]*?)\s*;?\s*\}\s*|([^{][\s\S]*))$/u
/** What V8 or Node.js implements, and what is no call. */
const NO_FUNCTION_OF_PROGRAM = /^(?:then|catch|finally|import|super|function|async|new|typeof|void|delete|await|yield)$/
/**
 * Node's functions that return promises of others, and are no functions of the program (Node 20 to 26): the source alone does not tell
 * whose `once` it is, so such a name is not given.
 */
const NAMES_OF_NODE =
  /^(?:once|on|access|appendFile|chmod|chown|copyFile|cp|lchmod|lchown|link|lstat|lutimes|mkdir|mkdtemp|open|opendir|readFile|readdir|readlink|realpath|rename|rm|rmdir|stat|statfs|symlink|truncate|unlink|utimes|writeFile|close|read|readv|write|writev|sync|datasync|pipeline|finished|cancel|abort|pipeTo|fetch|json|text|arrayBuffer|blob|bytes|formData|question|setTimeout|setImmediate)$/
/** Behind a call: its value goes through something else. */
const GOES_ON = /^(?:\s|\/\/.*(?:\n|$)|\/\*[\s\S]*?\*\/)*(?:\.(?!\.)|\?\.|\(|\[|`)/

/**
 * The name of the function whose value an `await` waits for, by the source: `check` in `await stock.check(sku)`.
 *
 * @param text of the running script, from the place of the `await` on.
 * @returns null where the awaited value is not that of a call, or goes through another one first.
 */
export function awaitedCall(text: string): string | null {
  const awaited = withoutAwait(text)
  const call = awaited === null ? null : callAt(awaited)
  return call === null || GOES_ON.test(call.rest) ? null : call.name
}

/** Whether an `await` waits for the value of `Promise.race(…)` itself. */
export function isAwaitedRace(text: string): boolean {
  const call = combinatorIn(text)
  return call !== null && call.method === 'race' && !GOES_ON.test(call.text.slice(call.end))
}

/**
 * The name of the function whose value is a member of the combinator that an `await` waits for: `check` in
 * `await Promise.all(items.map((item) => check(item)))`.
 *
 * @param index of the member; -1 if it is not known.
 * @returns null also where not all members are known to be of one function, and the index is not known.
 */
export function awaitedMember(text: string, index: number): string | null {
  const call = combinatorIn(text)
  if (call === null || GOES_ON.test(call.text.slice(call.end))) return null
  const [list, ...others] = FunctionTokens.itemsIn(call.text, call.start) ?? []
  if (list === undefined || others.length > 0) return null
  const isLiteral = list.tokens.length === 2 && list.text.startsWith('[')
  const members = isLiteral ? (FunctionTokens.itemsIn(list.text, 0) ?? []).map(({ text }) => wholeCall(text)) : null
  if (members === null) return mapperOf(list)
  const [first = null, ...rest] = members
  return index === -1 ? (rest.every((name) => name === first) ? first : null) : (members[index] ?? null)
}

/** The call of a combinator that an `await` is followed by: its text, and where its brackets open and close. */
function combinatorIn(text: string): { method: string; text: string; start: number; end: number } | null {
  const awaited = withoutAwait(text)
  const [head, method] = (awaited !== null && COMBINATOR.exec(awaited)) || []
  if (awaited === null || head === undefined || method === undefined) return null
  const end = FunctionTokens.endOfBrackets(awaited, head.length)
  return end === null ? null : { method, text: awaited, start: head.length, end }
}

/** The function that a list was made with: of `load` in `ids.map(load)` or `ids.map((id) => load(id))`. */
function mapperOf({ text, tokens }: Item): string | null {
  const [object, dot, map, open] = tokens.slice(-5)
  const isMap = map?.text === 'map' && open?.text === '(' && /^\??\.$/.test(dot?.text ?? '') && object !== undefined
  if (!isMap || !tokens.every((token, at) => isOfOperand(token.text, tokens[at - 1]?.text))) return null
  const [mapper] = FunctionTokens.itemsIn(text, open.start - (tokens[0]?.start ?? 0)) ?? []
  if (mapper === undefined) return null
  const [, of, name] = REFERENCE.exec(mapper.text) ?? []
  if (name !== undefined) return nameOf(of, name)
  const [, returned, value] = ARROW.exec(mapper.text) ?? []
  return wholeCall(returned ?? value ?? '')
}

/** Whether a token belongs to `a.b(…)[…]`, and to nothing around it. */
function isOfOperand(text: string, before: string | undefined): boolean {
  if (isName(text)) return /^\??\.$/.test(before ?? '') || (before === undefined && !BEFORE_EXPRESSION.test(text))
  return text === VALUE ? before === undefined : /^(?:\??\.|[()[\]])$/.test(text)
}

function withoutAwait(text: string): string | null {
  const [head] = AWAIT.exec(text) ?? []
  return head === undefined ? null : text.slice(head.length)
}

/** The name in a text that is a call, and nothing else. */
function wholeCall(text: string): string | null {
  const call = callAt(text)
  return call === null || !/^(?:\s|\/\/.*(?:\n|$)|\/\*[\s\S]*?\*\/)*$/.test(call.rest) ? null : call.name
}

/** The call that a text begins with. */
function callAt(text: string): { readonly name: string; readonly rest: string } | null {
  const [head, of, written] = CALL.exec(text) ?? []
  const name = nameOf(of, written)
  const end = head === undefined || name === null ? null : FunctionTokens.endOfBrackets(text, head.length)
  return name === null || end === null ? null : { name, rest: text.slice(end) }
}

function nameOf(object = '', name = ''): string | null {
  if (name === '' || NO_FUNCTION_OF_PROGRAM.test(name) || NAMES_OF_NODE.test(name)) return null
  return /^Promise\s*\./.test(object) ? null : name
}
