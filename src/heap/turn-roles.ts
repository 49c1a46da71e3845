import { isName } from './function-tokens.js'
import type { ScriptFunction, ScriptFunctions } from './script-functions.js'

/** Which functions of a script wait in a queue of resolvers, and which call one that waits there. By name. */
export interface TurnRoles {
  readonly takes: ReadonlySet<string>
  readonly gives: ReadonlySet<string>
}

/** Where a script keeps resolvers: in fields of an object, or in a variable. */
export interface QueueNames {
  readonly fields: readonly string[]
  readonly isVariable: boolean
}

/** What says how many wait, and takes nobody out. */
const ASKS = /^(?:length|size|keys|values|entries|has|includes|indexOf|some|every|map|filter|at|peek|toString)$/
const PUTS = /^(?:push|unshift|add|enqueue|append|insert)$/
/** Whoever calls these hands something over, to whoever waits for it: that is a channel, and nobody has a turn. */
const HANDS_OVER = /^#?_?(?:send|push|enqueue|emit|write|publish|dispatch|add|put|set|fire|notify|submit|offer|post)/i

/**
 * A function takes a turn if it puts a resolver into the queue, or calls one that does; it gives its turn back if it uses the
 * queue otherwise, or calls one that does. One that does both has a turn only while it runs.
 */
export function turnRoles(functions: ScriptFunctions, queue: QueueNames): TurnRoles {
  const { texts } = functions.tokens
  const [takes, gives] = [new Set<string>(), new Set<string>()]
  const uses = new Map<ScriptFunction, { mentions: boolean; uses: boolean; puts: boolean }>()
  for (const [at, text] of texts.entries()) {
    if (!queue.fields.includes(text) || functions.tokens.isProperty(at) === queue.isVariable) continue
    const fn = functions.namedAround(at)
    if (fn === null) continue
    const known = uses.get(fn) ?? { mentions: true, uses: false, puts: false }
    uses.set(fn, known)
    known.puts ||= isDot(texts[at + 1]) && PUTS.test(texts[at + 2] ?? '')
    known.uses ||= isUse(texts, at)
  }
  for (const [fn, { uses: isUsed, puts }] of uses) {
    if (puts || makesPromise(texts, fn)) takes.add(fn.name as string)
    else if (isUsed) gives.add(fn.name as string)
  }
  const direct = new Set([...takes, ...gives])
  addIndirect(functions, queue.isVariable, direct, takes, gives)
  for (const name of [...takes]) if (gives.has(name)) gives.delete(name)
  for (const name of [...gives]) if (HANDS_OVER.test(name)) gives.delete(name)
  return { takes, gives }
}

function isUse(texts: readonly string[], at: number): boolean {
  const [next = '', after = ''] = texts.slice(at + 1, at + 3)
  if (isDot(next)) return !ASKS.test(after)
  // A condition, or an assignment.
  if (/^[=!<>?&|]$/.test(next)) return false
  return next !== ')' || texts[chainStart(texts, at) - 1] === 'of'
}

function makesPromise(texts: readonly string[], { from, to }: ScriptFunction): boolean {
  for (let at = from; at < to; at++) {
    if (texts[at] === 'withResolvers' || (texts[at] === 'Promise' && texts[at - 1] === 'new')) return true
  }
  return false
}

/** Through methods of the same object, or functions beside the variable. */
function addIndirect(
  functions: ScriptFunctions,
  isVariable: boolean,
  direct: ReadonlySet<string>,
  takes: Set<string>,
  gives: Set<string>,
): void {
  const { texts } = functions.tokens
  const calls = new Map<string, Set<string>>()
  for (const [at, text] of texts.entries()) {
    if (texts[at + 1] !== '(' || !isName(text)) continue
    const isOwn = isVariable ? !functions.tokens.isProperty(at) : texts[at - 1] === '.' && texts[at - 2] === 'this'
    const caller = isOwn ? (functions.namedAround(at)?.name ?? null) : null
    if (caller === null || caller === text || functions.namedAround(at)?.from === at + 1) continue
    const known = calls.get(caller) ?? new Set()
    calls.set(caller, known.add(text))
  }
  const both = new Set<string>()
  for (let isChanged = true; isChanged; ) {
    isChanged = false
    for (const [caller, called] of calls) {
      if (direct.has(caller) || both.has(caller)) continue
      const doesTake = [...called].some((name) => takes.has(name))
      const doesGive = [...called].some((name) => gives.has(name))
      if (!doesTake && !doesGive) continue
      const isKnown = doesTake && doesGive ? both.has(caller) : doesTake ? takes.has(caller) : gives.has(caller)
      if (isKnown) continue
      isChanged = true
      takes.delete(caller)
      gives.delete(caller)
      if (doesTake && doesGive) both.add(caller)
      else if (doesTake) takes.add(caller)
      else gives.add(caller)
    }
  }
}

export function isDot(text: string | undefined): boolean {
  return text === '.' || text === '?.'
}

/** The first token of `this.pool.release`, from its last name. */
export function chainStart(texts: readonly string[], last: number): number {
  let at = last
  while (isDot(texts[at - 1]) && isName(texts[at - 2])) at -= 2
  return at
}
