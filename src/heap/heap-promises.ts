import { addTo } from '../model/lists-by-key.js'
import { type HeapView, NONE } from './heap-view.js'
import { importsOf } from './modules.js'

/** A suspended async function or async generator, as the heap holds it. */
export interface Suspended {
  readonly generator: number
  /** The function's object, for its name and place. */
  readonly fn: number
  readonly kind: 'async function' | 'async generator'
  /** What it awaits. */
  readonly awaits: number
  /** What it will settle: an async function's own promise; for a generator one for each `next()` that waits. */
  readonly settles: readonly number[]
}

/** That a promise will be settled by another. */
export interface Feed {
  readonly from: number
  readonly to: number
  /** `resolved with`: by a call of its resolver with the other promise, or by `.then(resolve)`. */
  readonly kind: 'then' | 'finally' | 'for await' | 'combinator' | 'resolved with' | 'import()'
  /** `Promise.all`, `Promise.race`, …; null for other kinds. */
  readonly combinator: string | null
  /** The program's function that will be called between; `NONE` where there is none. */
  readonly callback: number
  /** The engine's own record of it. */
  readonly reaction: number
}

export interface Resolvers {
  readonly resolve: readonly number[]
  readonly reject: readonly number[]
}

/** The promises that wait, and what they wait for. Nodes of the heap graph. */
export interface HeapPromises {
  readonly suspended: readonly Suspended[]
  readonly feeds: readonly Feed[]
  /** How many reactions each pending promise has. */
  readonly reactionCounts: ReadonlyMap<number, number>
  /** The functions that can settle a promise, by promise: those of `new Promise`. */
  readonly resolvers: ReadonlyMap<number, Resolvers>
}

const REACTION = 'system / PromiseReaction'
const CAPABILITY = 'system / PromiseCapability'
const REQUEST = 'system / AsyncGeneratorRequest'

/**
 * Decodes promises, their reactions and the suspended functions behind them, by the types and names of what fields
 * hold and never by the fields' places, which differ between versions. Seen on Node 20, 22, 24 and 26.
 */
export function promisesOf(heap: HeapView): HeapPromises {
  return new Decoder(heap).decode()
}

/** What a function of V8's does as the handler of a reaction; `none` for the program's. */
type Role =
  | { readonly role: 'await' | 'resolver' | 'finally' | 'iterator' | 'module' | 'none' }
  | { readonly role: 'member'; readonly combinator: string }

function roleOf(builtin: string): Role {
  if (/^Async(Function|Generator)\w*(Resolve|Reject)Closure$/.test(builtin)) return { role: 'await' }
  const element = /^Promise(All|AllSettled|Any)(Resolve|Reject)ElementClosure$/.exec(builtin)?.[1]
  if (element !== undefined) {
    return { role: 'member', combinator: `Promise.${element.charAt(0).toLowerCase()}${element.slice(1)}` }
  }
  if (/^PromiseCapabilityDefault(Resolve|Reject)$/.test(builtin)) return { role: 'resolver' }
  if (/^Promise(Then|Catch)Finally$/.test(builtin)) return { role: 'finally' }
  if (/^Async(FromSync)?Iterator/.test(builtin)) return { role: 'iterator' }
  return { role: /^CallAsyncModule/.test(builtin) ? 'module' : 'none' }
}

/** What an async function will settle, or an async generator, by V8's object of it. */
export function settledBy(
  heap: HeapView,
  generator: number,
): { readonly settles: readonly number[]; readonly isGenerator: boolean } {
  const settles: number[] = []
  let isGenerator = false
  for (const { type, node } of heap.edges(generator)) {
    if (type !== 'hidden') continue
    if (heap.isPromise(node)) settles.push(node)
    for (let request = node; heap.nameOf(request) === REQUEST; ) {
      isGenerator = true
      const held = heap.edges(request).map((edge) => edge.node)
      settles.push(...held.filter((each) => heap.isPromise(each)))
      request = held.find((each) => heap.nameOf(each) === REQUEST) ?? NONE
      if (request === NONE) break
    }
  }
  return { settles, isGenerator }
}

class Decoder {
  readonly #heap: HeapView
  readonly #suspended = new Map<number, Suspended>()
  readonly #feeds: Feed[] = []
  /** By the resolver that was given to `.then`. */
  readonly #feedsOf = new Map<number, Feed[]>()
  readonly #reactionCounts = new Map<number, number>()
  /** By the name of V8's function. */
  readonly #roles = new Map<string, Role>()

  constructor(heap: HeapView) {
    this.#heap = heap
  }

  decode(): HeapPromises {
    for (const { promise, reaction } of this.#heap.awaitedPromises()) this.#readReactions(promise, reaction)
    return {
      suspended: [...this.#suspended.values()],
      feeds: this.#withRaces(),
      reactionCounts: this.#reactionCounts,
      resolvers: this.#resolvers(),
    }
  }

  #readReactions(promise: number, first: number): void {
    let count = 0
    for (let reaction = first; reaction !== NONE; count++) reaction = this.#readReaction(promise, reaction)
    this.#reactionCounts.set(promise, count)
  }

  /** @returns the next reaction of the same promise. */
  #readReaction(promise: number, reaction: number): number {
    const heap = this.#heap
    const handlers: number[] = []
    let next = NONE
    let derived = NONE
    for (const edge of heap.edges(reaction)) {
      if (heap.typeOf(edge.node) === 'closure') handlers.push(edge.node)
      else if (heap.isPromise(edge.node)) derived = edge.node
      else {
        const name = heap.nameOf(edge.node)
        if (name === REACTION) next = edge.node
        else if (name === CAPABILITY) derived = this.#promiseIn(edge.node)
      }
    }
    this.#readHandlers(promise, reaction, handlers, derived)
    return next
  }

  #readHandlers(from: number, reaction: number, handlers: readonly number[], derived: number): void {
    // A reaction without handlers is a promise resolved with a promise.
    let kind: Feed['kind'] = handlers.length === 0 ? 'resolved with' : 'then'
    let combinator: string | null = null
    let resolver = NONE
    let to = derived
    let callback = NONE
    for (const handler of handlers) {
      const builtin = this.#roleOf(this.#heap.builtinOf(handler))
      const context = this.#heap.child(handler, 'context')
      if (builtin.role === 'await') {
        this.#addSuspended(this.#heap.child(context, 'extension'), from)
        return
      }
      if (builtin.role === 'member') {
        kind = 'combinator'
        combinator = builtin.combinator
        to = this.#capabilityIn(context)
        resolver = NONE
        break
      }
      if (builtin.role === 'resolver') {
        // `then(resolve, reject)`: Promise.race for each of its members, or adoption through a thenable.
        kind = 'resolved with'
        resolver = handler
        to = this.#promiseIn(context)
      } else if (builtin.role === 'finally') {
        kind = 'finally'
        callback = this.#callbackIn(context)
      } else if (builtin.role === 'iterator') kind = 'for await'
      else if (builtin.role === 'module') {
        for (const promise of importsOf(this.#heap, context)) {
          this.#feeds.push({ from, to: promise, kind: 'import()', combinator: null, callback, reaction })
        }
        return
      } else if (callback === NONE) callback = handler
    }
    if (to === NONE) return
    const feed: Feed = { from, to, kind, combinator, callback, reaction }
    this.#feeds.push(feed)
    if (resolver === NONE) return
    addTo(this.#feedsOf, resolver, feed)
  }

  #roleOf(builtin: string): Role {
    let role = this.#roles.get(builtin)
    if (role === undefined) {
      role = roleOf(builtin)
      this.#roles.set(builtin, role)
    }
    return role
  }

  /** A resolver that waits for several promises is that of `Promise.race`, or does the same. */
  #withRaces(): Feed[] {
    const members = new Set([...this.#feedsOf.values()].filter(({ length }) => length > 1).flat())
    return this.#feeds.map((feed) =>
      members.has(feed) ? { ...feed, kind: 'combinator', combinator: 'Promise.race' } : feed,
    )
  }

  #addSuspended(generator: number, awaits: number): void {
    if (generator === NONE || this.#suspended.has(generator)) return
    const { settles, isGenerator } = settledBy(this.#heap, generator)
    const fn = this.#heap.child(generator, 'function')
    const kind = isGenerator ? 'async generator' : 'async function'
    this.#suspended.set(generator, { generator, fn, kind, awaits, settles })
  }

  #resolvers(): Map<number, Resolvers> {
    const found = new Map<number, { resolve: number[]; reject: number[] }>()
    for (const closure of this.#heap.closuresOf(/^PromiseCapabilityDefault(Resolve|Reject)$/)) {
      const promise = this.#promiseIn(this.#heap.child(closure, 'context'))
      if (promise === NONE) continue
      const known = found.get(promise) ?? { resolve: [], reject: [] }
      found.set(promise, known)
      known[this.#heap.builtinOf(closure).endsWith('Resolve') ? 'resolve' : 'reject'].push(closure)
    }
    return found
  }

  #promiseIn(node: number): number {
    if (node === NONE) return NONE
    return this.#heap.edges(node).find((edge) => this.#heap.isPromise(edge.node))?.node ?? NONE
  }

  /** The promise that a combinator's closure will settle. */
  #capabilityIn(context: number): number {
    if (context === NONE) return NONE
    const held = this.#heap.edges(context).find((edge) => this.#heap.nameOf(edge.node) === CAPABILITY)
    return held === undefined ? NONE : this.#promiseIn(held.node)
  }

  #callbackIn(context: number): number {
    if (context === NONE) return NONE
    const { edges, typeOf } = { edges: this.#heap.edges(context), typeOf: (node: number) => this.#heap.typeOf(node) }
    return edges.find((edge) => edge.type === 'hidden' && typeOf(edge.node) === 'closure')?.node ?? NONE
  }
}
