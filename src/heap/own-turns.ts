import { type FunctionTokens, isName } from './function-tokens.js'
import { isUsers } from './functions.js'
import { type HeapView, NONE } from './heap-view.js'
import { type Climbed, isWideScope, RetainerClimb } from './retainer-climb.js'
import type { Asking } from './retainers.js'
import type { ScriptFunction, ScriptFunctions } from './script-functions.js'
import { chainStart, isDot, type QueueNames, type TurnRoles, turnRoles } from './turn-roles.js'

/** A collection of resolvers that the program keeps: in fields of an object, or in a variable of a scope. */
export interface OwnQueue extends QueueNames {
  /** The object, or the scope. */
  readonly node: number
  /** It has several lists, by keys. */
  readonly isKeyed: boolean
}

/** Calls of a suspended function by which it takes and gives back turns, in the order of its script. */
export interface TurnCalls {
  readonly generator: number
  readonly calls: readonly TurnCall[]
}

export interface TurnCall {
  /** 1-based; so is `column`. */
  readonly line: number
  readonly column: number
  readonly isTake: boolean
  /** It gives back what was lent, as its name says: it does not let somebody in, as one who opens a gate. */
  readonly isReturn: boolean
}

/** The suspended functions that take turns in a queue and give them back. */
export interface Turns {
  readonly queue: OwnQueue
  readonly functions: readonly TurnCalls[]
  /** A function that has had one gives it back, by a name that says so. */
  readonly areLent: boolean
  /** Something else of the program may give a turn back. */
  readonly isOpen: boolean
}

/**
 * Whether a function that awaits at a place has a turn: it has taken more than it has given back before, and gives one back
 * after.
 */
export function hasTurn({ calls }: TurnCalls, place: Pick<TurnCall, 'line' | 'column'>): boolean {
  let taken = 0
  for (const { line, column, isTake } of calls) {
    const isBefore = line < place.line || (line === place.line && column < place.column)
    if (isBefore) taken = isTake ? taken + 1 : Math.max(0, taken - 1)
    else if (!isTake) return taken > 0
  }
  return false
}

const MOST_STEPS = 500
const MOST_SCOPES = 12

/**
 * Finds out who has a turn of a lock, pool or limiter that the program has written itself. Such a function awaits something
 * between a call that can wait in the queue and one that calls whoever waits there, by its text; whether the calls are of that
 * object is read from its variables.
 */
export class OwnTurns {
  readonly #climbed: Climbed
  readonly #heap: HeapView
  readonly #suspended: readonly { readonly generator: number; readonly fn: number }[]
  /** By what V8 shares between the closures of one function, and a script's functions. */
  readonly #functions = new Map<number, { script: ScriptFunctions; fn: ScriptFunction; scriptId: number } | null>()

  constructor(climbed: Climbed, suspended: readonly { readonly generator: number; readonly fn: number }[]) {
    this.#climbed = climbed
    this.#heap = climbed.heap
    this.#suspended = suspended
  }

  /** Null if its text does not tell. */
  *of(queue: OwnQueue): Asking<Turns | null> {
    const scriptId = yield* this.#scriptOf(queue)
    const script = this.#climbed.scopeUse.functionsIn(scriptId)
    if (script === null) return null
    const roles = turnRoles(script, queue)
    if (roles.takes.size === 0 || roles.gives.size === 0) return null
    const functions = this.#suspended.flatMap(({ generator, fn }) => {
      const calls = this.#callsIn(generator, fn, queue, roles)
      return calls.some(({ isTake }) => !isTake) ? [{ generator, calls }] : []
    })
    const isReturned = ({ calls }: TurnCalls) => calls.some(({ isReturn }) => isReturn)
    const areLent = functions.length === 0 ? isLent(script, roles) : functions.every(isReturned)
    if (functions.length === 0 && !areLent) return null
    return { queue, functions, areLent, isOpen: queue.isKeyed || !(yield* this.#isBalanced(queue, roles, scriptId)) }
  }

  *#scriptOf({ node, isVariable }: OwnQueue): Asking<number> {
    if (!isVariable) {
      const maker = this.#heap.child(this.#heap.child(node, '__proto__'), 'constructor')
      return this.#heap.locationOf(maker)?.scriptId ?? NONE
    }
    const edges = yield* this.#climbed.retainers.of(node)
    const closure = edges.find(({ node: each }) => this.#heap.typeOf(each) === 'closure' && isUsers(this.#heap, each))
    return this.#heap.locationOf(closure?.node ?? NONE)?.scriptId ?? NONE
  }

  #callsIn(generator: number, fn: number, queue: OwnQueue, roles: TurnRoles): TurnCall[] {
    const own = this.#functionOf(fn)
    if (own === null) return []
    const { script, fn: range, scriptId } = own
    const { texts, starts } = script.tokens
    const found: (Omit<TurnCall, 'line' | 'column'> & { readonly at: number })[] = []
    const handed = new Set<string>()
    for (let at = range.from; at < range.to; at++) {
      const text = texts[at] as string
      if (texts[at + 1] !== '(' || !isName(text) || script.around(at) !== range) continue
      const isTake = roles.takes.has(text)
      if (!isTake && isLastBeforeExit(script.tokens, at + 1)) continue
      if (!isTake && handed.has(text) && !isDot(texts[at - 1])) found.push({ at, isTake: false, isReturn: true })
      if (!isTake && !roles.gives.has(text)) continue
      const start = chainStart(texts, at)
      if (isDot(texts[start - 1])) continue
      const names = texts.slice(start, at + 1).filter((each) => !isDot(each))
      if (!this.#isCallOf(generator, names, queue)) continue
      found.push({ at, isTake, isReturn: !isTake && GIVES_BACK.test(text) })
      if (isTake) for (const name of namesGiven(texts, script.tokens.partners, start)) handed.add(name)
    }
    return found.map(({ at, ...call }) => ({
      ...this.#climbed.scopeUse.placeAt(scriptId, starts[at] as number),
      ...call,
    }))
  }

  #functionOf(fn: number) {
    const shared = this.#heap.child(fn, 'shared')
    let known = this.#functions.get(shared)
    if (known === undefined) {
      known = this.#readFunction(fn)
      this.#functions.set(shared, known)
    }
    return known
  }

  #readFunction(fn: number) {
    const location = isUsers(this.#heap, fn) ? this.#heap.locationOf(fn) : null
    if (location === null) return null
    const { scopeUse } = this.#climbed
    const script = scopeUse.functionsIn(location.scriptId)
    if (script === null) return null
    const own = script.beginningAt(scopeUse.offsetOf(location))
    return own === null ? null : { script, fn: own, scriptId: location.scriptId }
  }

  /** @param names of a call: `this`, `pool`, `release`. */
  #isCallOf(generator: number, names: readonly string[], { node, isVariable }: OwnQueue): boolean {
    const path = isVariable ? names : names.slice(0, -1)
    const [base, ...properties] = path
    if (base === undefined) return false
    let values = this.#valuesOf(generator, base)
    for (const name of properties) {
      values = values.map((value) => this.#heap.child(value, name)).filter((value) => value !== NONE)
    }
    return isVariable ? values.some((value) => this.#scopesOf(value).includes(node)) : values.includes(node)
  }

  #valuesOf(generator: number, name: string): number[] {
    for (const scope of this.#scopesOf(generator)) {
      const value = this.#heap.child(scope, name)
      if (value !== NONE) return [value]
    }
    if (name === 'this') return [this.#heap.child(generator, 'receiver')]
    const registers = this.#heap.child(generator, 'parameters_and_registers')
    return registers === NONE ? [] : this.#heap.edges(registers).map(({ node }) => node)
  }

  /** Of a function, or a suspended one, innermost first. */
  #scopesOf(fn: number): number[] {
    const scopes: number[] = []
    let scope = this.#heap.child(fn, 'context')
    for (; scope !== NONE && scopes.length < MOST_SCOPES; scope = this.#heap.child(scope, 'previous'))
      scopes.push(scope)
    return scopes
  }

  /**
   * Whether every function that can reach the queue takes a turn before it gives one back: who has none cannot wake those that
   * wait.
   */
  *#isBalanced(queue: OwnQueue, roles: TurnRoles, scriptId: number): Asking<boolean> {
    const scripts = yield* this.#scriptsWith(queue)
    if (scripts === null) return false
    for (const each of new Set([scriptId, ...scripts])) {
      const script = this.#climbed.scopeUse.functionsIn(each)
      if (script === null || !isBalanced(script, roles)) return false
    }
    return true
  }

  /** The scripts whose functions can reach it; null if others may as well. */
  *#scriptsWith({ node: start }: OwnQueue): Asking<Set<number> | null> {
    const { heap } = this.#climbed
    const climb = new RetainerClimb(this.#climbed, [start])
    const scripts = new Set<number>()
    let steps = 0
    for (let step = climb.next(); step !== null; step = climb.next()) {
      const { node } = step
      if (++steps > MOST_STEPS) return null
      const type = heap.typeOf(node)
      if (type === 'closure') {
        if (isUsers(heap, node)) scripts.add(heap.locationOf(node)?.scriptId ?? NONE)
        continue
      }
      if (heap.child(node, 'parameters_and_registers') !== NONE || heap.isPromise(node)) continue
      const name = heap.nameOf(node)
      // A variable that is exported, a timer's argument, everything.
      if (/^(?:system \/ Cell|Module|Timeout|Immediate|global|Object \/ )/.test(name) && node !== start) return null
      if (yield* isWideScope(this.#climbed, node)) {
        for (const edge of yield* this.#climbed.retainers.of(node)) {
          if (heap.typeOf(edge.node) !== 'closure' || !isUsers(heap, edge.node)) continue
          scripts.add(heap.locationOf(edge.node)?.scriptId ?? NONE)
          break
        }
        continue
      }
      yield* climb.climb(step)
    }
    return climb.isCutShort || climb.hasLeftOpen ? null : scripts
  }
}

/** Whether `return` or `throw` follows a call: what comes after it in the text has not been reached by it. */
function isLastBeforeExit({ texts, partners }: FunctionTokens, open: number): boolean {
  const next = (partners[open] ?? open) + 1
  return /^(?:return|throw)$/.test(texts[texts[next] === ';' ? next + 1 : next] ?? '')
}

/** `release` in `const release = await lock.acquire()`, `value` and `release` in `const [value, release] = …`. */
function namesGiven(texts: readonly string[], partners: readonly number[], start: number): string[] {
  const at = texts[start - 1] === 'await' ? start - 2 : start - 1
  const last = texts[at - 1]
  if (texts[at] !== '=' || last === undefined) return []
  if (isName(last)) return [last]
  const open = partners[at - 1]
  return open === undefined || !/^[\]}]$/.test(last) ? [] : texts.slice(open, at).filter(isName)
}

/** Whether turns are lent: a function takes one and gives one back after, by a name that says so. */
function isLent(script: ScriptFunctions, { takes, gives }: TurnRoles): boolean {
  const { texts } = script.tokens
  const takers = new Set<ScriptFunction>()
  for (const [at, text] of texts.entries()) {
    const caller = texts[at + 1] === '(' && isDot(texts[at - 1]) ? script.around(at) : null
    if (caller === null) continue
    if (takes.has(text)) takers.add(caller)
    else if (gives.has(text) && GIVES_BACK.test(text) && takers.has(caller)) return true
  }
  return false
}

const GIVES_BACK = /^#?_?(?:release|unlock|free|give|return|restore|leave|exit|drop|checkin|vacate)/i

/** Whether no function of a script gives back a turn that it has not taken, but those that keep the queue. */
function isBalanced(script: ScriptFunctions, { takes, gives }: TurnRoles): boolean {
  const { texts } = script.tokens
  const seen = new Set<ScriptFunction | null>()
  for (const [at, text] of texts.entries()) {
    if (gives.has(text) && isTakenAlong(script.tokens, at)) return false
    if (texts[at + 1] !== '(' || !(takes.has(text) || gives.has(text))) continue
    const fn = script.around(at + 1)
    // It is defined here, not called.
    if (fn?.from === at + 1 || script.all.some(({ from }) => from === at + 1)) continue
    const keeper = script.namedAround(at)?.name ?? ''
    const caller = script.around(at)
    if (takes.has(keeper) || gives.has(keeper) || seen.has(caller)) continue
    seen.add(caller)
    if (gives.has(text)) return false
  }
  return true
}

/** Whether a name stands for the function itself, which may be called from anywhere: `lock.release` without a call, `{ release } = lock`. */
function isTakenAlong({ texts, partners }: FunctionTokens, at: number): boolean {
  if (isDot(texts[at - 1])) return !/^[(=]$/.test(texts[at + 1] ?? '')
  for (let next = at + 1; next < texts.length; next++) {
    const text = texts[next] as string
    if (text === '}') return texts[next + 1] === '='
    if (!/^[,:=[{(]$/.test(text) && !isName(text)) return false
    next = /^[[{(]$/.test(text) ? (partners[next] ?? next) : next
  }
  return false
}
