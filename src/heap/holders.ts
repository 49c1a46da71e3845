import { classOf } from './class-of.js'
import { isUsers } from './functions.js'
import { type HeapEdge, type HeapGraph, NONE } from './heap-graph.js'
import type { HeapPromises } from './heap-promises.js'
import { ScopeUse, type SourceOf } from './scope-use.js'

/** Who holds what would settle a promise. */
export type Holder =
  | {
      readonly kind: 'timer' | 'immediate' | 'handle' | 'operation'
      readonly node: number
      readonly through: string | null
    }
  /** The promise of a `.then` whose callback can settle it. */
  | { readonly kind: 'promise'; readonly node: number }
  /** Suspended functions that alone hold it. */
  | { readonly kind: 'suspended'; readonly generators: readonly number[] }
  /** An object of the program's own, with the path from it: `Mutex`, `.queue`; the key is the property's whole name. */
  | { readonly kind: 'object'; readonly node: number; readonly path: string; readonly key: string }
  | { readonly kind: 'variable'; readonly name: string }
  /** The function whose promise it is: it is not suspended, so it runs, or will when its turn comes. */
  | { readonly kind: 'running'; readonly fn: number }
  | { readonly kind: 'nobody' }

interface Step {
  readonly node: number
  readonly depth: number
  /** What the step came from, and the edge from this node to it. */
  readonly below: Step | null
  readonly edge: HeapEdge | null
  /** In a scope: the variable of it, or of a scope around it, that holds what is below; null where V8 names none. */
  readonly variable: string | null
}

/** From the resolver of a WebSocket's event up to its socket there are some 18 (Node 24, 26). */
const MAX_DEPTH = 20
const MAX_STEPS = 4_000
const MAX_CLOSURES_OF_A_SCOPE = 16

/** By these fields a function holds a scope, and a suspended one (Node 20 to 26). */
const HOLDS_SCOPE = new Set(['context', 'parameters_and_registers'])

/** Objects of Node.js that an event of the system wakes. */
const OPERATIONS =
  /^(FSReqCallback|FSReqPromise|FileHandle|\w*ReqWrap|\w+Wrap|\w*CryptoJob|\w+Job|FSEventWrap|MessagePort|Worker|ClientRequest|Zlib|ChildProcess|Socket|TLSSocket|Server|StatWatcher|FSWatcher|ReadStream|WriteStream|Http2Session|ServerHttp2Session|ClientHttp2Session)$/
/** An identifier with few digits: an object of a class can be used as a dictionary as well. */
const FIELD = /^#?[A-Za-z_$](?:[A-Za-z_$]|\d(?!\w*\d\w*\d\w*\d))*$/
const LONGEST_FIELD = 40
/** An emitter's listeners by the names of its events. */
const EVENTS = '._events'
/** The engine's own, Node's queues, and timers that have ended. */
const PLAIN =
  /^(Object|Array|Map|Set|Function|Promise|Generator|Arguments|Context|String|FixedQueue|FixedCircularBuffer|Timeout|)$/

/** A snapshot, and what of it is known beforehand. */
export interface SearchedHeap {
  readonly heap: HeapGraph
  /** Nodes of the timers and of the sockets, servers and the like that are active. */
  readonly timerIndices: ReadonlyMap<number, number>
  readonly handleIndices: ReadonlyMap<number, number>
  /** Nodes that are ours, not the program's. */
  readonly own: ReadonlySet<number>
}

/** Finds what would wake a promise, breadth first from the functions that can settle it up to who holds them. */
export class HolderSearch {
  readonly #heap: HeapGraph
  readonly #capture: SearchedHeap
  readonly #promises: HeapPromises
  readonly #scopeUse: ScopeUse
  /** By the generator of a suspended function: what it awaits. */
  readonly #awaits: ReadonlyMap<number, number>
  /** By reaction: the promise that it settles. */
  readonly #derived: ReadonlyMap<number, number>
  /** By promise: those that will settle it, as reactions and suspended functions say. */
  readonly #waitsFor = new Map<number, number[]>()
  readonly #found = new Map<number, Holder>()

  constructor(capture: SearchedHeap, promises: HeapPromises, sourceOf: SourceOf) {
    this.#heap = capture.heap
    this.#scopeUse = new ScopeUse(capture.heap, sourceOf)
    this.#capture = capture
    this.#promises = promises
    this.#derived = new Map(promises.feeds.map(({ reaction, to }) => [reaction, to]))
    this.#awaits = new Map(promises.suspended.map(({ generator, awaits }) => [generator, awaits]))
    for (const { from, to } of promises.feeds) this.#addWait(to, from)
    for (const { settles, awaits } of promises.suspended) for (const each of settles) this.#addWait(each, awaits)
  }

  #addWait(promise: number, on: number): void {
    const known = this.#waitsFor.get(promise)
    if (known === undefined) this.#waitsFor.set(promise, [on])
    else known.push(on)
  }

  holderOf(promise: number): Holder {
    const known = this.#found.get(promise)
    if (known !== undefined) return known
    const found = this.#search(promise)
    this.#found.set(promise, found)
    return found
  }

  /** The promise of the `.then` whose callback can settle this one. */
  feederOf(promise: number): number | null {
    const holder = this.holderOf(promise)
    return holder.kind === 'promise' ? holder.node : null
  }

  #search(promise: number): Holder {
    const native = this.#nativeHolder(promise) ?? this.#runningFunction(promise)
    if (native !== null) return native
    const { resolve = [], reject = [] } = this.#promises.resolvers.get(promise) ?? {}
    const found = this.#searchFrom(promise, resolve)
    return found.kind === 'nobody' ? this.#searchFrom(promise, reject) : found
  }

  #searchFrom(promise: number, resolvers: readonly number[]): Holder {
    const queue: Step[] = resolvers.map((node) => ({ node, depth: 0, below: null, edge: null, variable: null }))
    const seen = new Set(queue.map(wayTo))
    let held: Step | null = null
    let variable: Step | null = null
    const feeding = new Set<number>()
    /** Somewhere it was not looked further: another holder may be there. */
    let isCutShort = false
    const suspended = new Set<number>()
    /** Who listens for a result listens for errors as well: that is looked at last. */
    const late: Step[] = []
    for (let at = 0; at < MAX_STEPS; at++) {
      if (at === queue.length) queue.push(...late.splice(0))
      const step = queue[at]
      if (step === undefined) break
      const kind = this.#kindOf(step)
      if (kind !== null) return { kind, node: step.node, through: held === null ? null : this.#heap.nameOf(held.node) }
      if (this.#awaits.has(step.node)) {
        suspended.add(step.node)
        continue
      }
      const derived = this.#derived.get(step.node)
      if (derived !== undefined && !this.#isAfter(derived, promise)) feeding.add(derived)
      if (derived !== undefined || this.#promises.all.has(step.node)) continue
      if (held === null && this.#isNamedObject(step)) held = step
      if (this.#isWideScope(step.node)) {
        if (variable === null && this.#isOfProgram(step.node)) variable = step
        continue
      }
      if (step.depth < MAX_DEPTH) this.#pushHolders(step, seen, queue, late)
      else isCutShort = true
    }
    isCutShort ||= queue.length >= MAX_STEPS
    const awaited = [...suspended].map((generator) => this.#awaits.get(generator) ?? NONE)
    const settling = [...feeding, ...awaited.filter((each) => !this.#isAfter(each, promise))]
    // Of several, any one may settle it: but where the others come after one, nothing happens before that.
    const feeder = [...feeding].find((each) => settling.every((other) => this.#isOnlyAfter(other, each)))
    if (feeder !== undefined) return { kind: 'promise', node: feeder }
    if (held !== null) {
      return { kind: 'object', node: held.node, path: this.#pathBelow(held), key: held.edge?.name ?? '' }
    }
    if (variable !== null) return { kind: 'variable', name: variable.variable ?? '' }
    if (suspended.size > 0 && !isCutShort) {
      // One that awaits this promise itself goes on only when another has settled it.
      const others = [...suspended].filter((generator) => this.#awaits.get(generator) !== promise)
      return { kind: 'suspended', generators: others.length > 0 ? others : [...suspended] }
    }
    return { kind: 'nobody' }
  }

  /** Whether a promise waits for another one, and so cannot be what settles it. */
  #isAfter(promise: number, other: number): boolean {
    const path = new Set([promise])
    for (const node of path) {
      if (node === other) return true
      for (const from of this.#waitsFor.get(node) ?? []) path.add(from)
    }
    return false
  }

  /** Whether a promise can settle in no other way than through another one: the members of a combinator are ways. */
  #isOnlyAfter(promise: number, other: number): boolean {
    const path = new Set([promise])
    for (const node of path) {
      if (node === other) return true
      const [from, ...more] = this.#waitsFor.get(node) ?? []
      if (from !== undefined && more.length === 0) path.add(from)
    }
    return false
  }

  /** A promise of a native operation is settled by the object that holds it, without functions. */
  #nativeHolder(promise: number): Holder | null {
    const holder = this.#heap.retainers(promise).find(({ node, type, name }) => {
      return (
        (type === 'property' || type === 'internal') &&
        name === 'promise' &&
        OPERATIONS.test(classOf(this.#heap.nameOf(node)))
      )
    })
    return holder === undefined ? null : { kind: 'operation', node: holder.node, through: null }
  }

  /** The object of an async function that has begun and is not suspended holds the promise that it will settle. */
  #runningFunction(promise: number): Holder | null {
    for (const { node, type } of this.#heap.retainers(promise)) {
      if (type !== 'hidden' || this.#awaits.has(node)) continue
      const fn = this.#heap.child(node, 'function')
      if (fn !== NONE && this.#heap.typeOf(fn) === 'closure') return { kind: 'running', fn }
    }
    return null
  }

  #kindOf({ node }: Step): 'timer' | 'immediate' | 'handle' | 'operation' | null {
    if (this.#capture.timerIndices.has(node)) return 'timer'
    if (this.#capture.handleIndices.has(node)) return 'handle'
    if (this.#heap.typeOf(node) !== 'object') return null
    const name = classOf(this.#heap.nameOf(node))
    if (name === 'Immediate') return 'immediate'
    return OPERATIONS.test(name) ? 'operation' : null
  }

  #pushHolders(step: Step, seen: Set<number | string>, queue: Step[], late: Step[]): void {
    for (const edge of this.#heap.retainers(step.node)) {
      const next = { node: edge.node, depth: step.depth + 1, below: step, edge, variable: this.#variableOf(step, edge) }
      const way = wayTo(next)
      if (seen.has(way) || !this.#leadsOn(edge) || !this.#canReach(step, edge)) continue
      if (edge.type === 'property' && edge.name === 'error') {
        late.push(next)
        continue
      }
      seen.add(way)
      queue.push(next)
    }
  }

  /** A scope is held by the scopes in it, and by the registers of a suspended function. */
  #variableOf({ variable }: Step, { node, name, type }: HeapEdge): string | null {
    if (type === 'context') return name
    return name === 'previous' || (type === 'internal' && this.#heap.typeOf(node) === 'array') ? variable : null
  }

  /** Whether who holds a scope can use the variable of it that leads down to the resolver. */
  #canReach({ variable }: Step, { node, name }: HeapEdge): boolean {
    if (variable === null || !HOLDS_SCOPE.has(name)) return true
    const fn = this.#heap.typeOf(node) === 'closure' ? node : this.#heap.child(node, 'function')
    return fn === NONE || this.#scopeUse.canUse(fn, variable)
  }

  #leadsOn({ node, name, type }: HeapEdge): boolean {
    if (this.#capture.own.has(node)) return false
    if (name === '__proto__' || name === 'constructor' || name === 'prototype') return false
    const holderType = this.#heap.typeOf(node)
    if (holderType === 'synthetic' || holderType === 'code' || holderType === 'object shape') return false
    const holder = this.#heap.nameOf(node)
    // The object that it belongs to holds the same by its properties, whose names are looked at.
    if (holder === '(object properties)') return false
    if (/^system \/ (NativeContext|FeedbackCell|WeakCell|PropertyCell|ScriptContextTable)/.test(holder)) return false
    return type !== 'weak'
  }

  /** The outermost scope of a script or module, or one that so many functions share that it tells nothing. */
  #isWideScope(node: number): boolean {
    if (classOf(this.#heap.nameOf(node)) !== 'system / Context') return false
    const outer = this.#heap.child(node, 'previous')
    if (outer === NONE || this.#heap.nameOf(outer).startsWith('system / NativeContext')) return true
    return this.#heap.retainers(node).length > MAX_CLOSURES_OF_A_SCOPE
  }

  /** Whether functions of the program's share a scope: the names of Node's own variables tell nobody anything. */
  #isOfProgram(scope: number): boolean {
    const functions = this.#heap.retainers(scope).filter(({ node }) => this.#heap.typeOf(node) === 'closure')
    return functions.length === 0 || functions.some(({ node }) => isUsers(this.#heap, node))
  }

  #isNamedObject({ node }: Step): boolean {
    if (this.#heap.typeOf(node) !== 'object') return false
    const name = classOf(this.#heap.nameOf(node))
    return !name.startsWith('system /') && !PLAIN.test(name)
  }

  /**
   * `.queue`: the properties that lead from a holder down, two of them at most; not the place in a list, which
   * changes. Keys of plain objects are values of the program's, and may be secrets.
   */
  #pathBelow(holder: Step): string {
    const parts: string[] = []
    for (let step: Step | null = holder; step !== null && parts.length < 2; step = step.below) {
      if (step.edge?.type !== 'property') continue
      const name = String(step.edge.name)
      const isOfClass = this.#isNamedObject(step) || parts[0] === EVENTS
      parts.push(isOfClass && name.length <= LONGEST_FIELD && FIELD.test(name) ? `.${name}` : '[…]')
    }
    return parts.join('')
  }
}

/** A scope is looked at once for each of its variables: another function can use each. */
function wayTo({ node, variable }: Step): number | string {
  return variable === null ? node : `${node} ${variable}`
}
