/** What V8's own text of a frame names: `async Store.load [as find] (file:///app.mjs:3:5)`. */
export interface FunctionInText {
  /** Null for a function without a name. */
  readonly name: string | null
  /** True for one that is not on the stack, but awaits what is. */
  readonly isAwaiting: boolean
}

/** The timer or request that V8 takes for the class of its callback, and by which property (Node 20 to 26). */
const OF_CALLBACK = /^(?:Timeout|Immediate|ReadFileContext|FSReqCallback)\./
const NAMELESS = /^(?:|<anonymous>|_onTimeout|_onImmediate|callback|oncomplete)$/

export function functionInText(text: string): FunctionInText {
  const isAwaiting = text.startsWith('async ')
  const end = text.endsWith(')') ? text.search(/ \((?=[^ ])/) : -1
  const called = end === -1 ? '' : text.slice(isAwaiting ? 'async '.length : 0, end).replace(/ \[as [^\]]*\]$/, '')
  const name = called.replace(OF_CALLBACK, '')
  return { name: name !== called && NAMELESS.test(name) ? null : name || null, isAwaiting }
}
