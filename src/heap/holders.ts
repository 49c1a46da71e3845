import type { HeapGraph } from './heap-graph.js'
import { NONE } from './heap-graph.js'
import type { HeapPromises, Resolvers } from './heap-promises.js'
import type { Holder, ListenedEvent } from './holder.js'
import { HolderKinds } from './holder-kinds.js'
import { NodeClasses } from './node-classes.js'
import { isScopeOfProgram, isWideScope, RetainerClimb, type Step } from './retainer-climb.js'
import { ScopeUse, type SourceOf, type UnknownText } from './scope-use.js'
import { SettlingTimerSearch } from './settling-timers.js'

const MAX_STEPS = 4_000

/** A snapshot, and what of it is known beforehand. */
export interface SearchedHeap {
  readonly heap: HeapGraph
  /** Nodes of the timers and of the sockets, servers and the like that are active. */
  readonly timerIndices: ReadonlyMap<number, number>
  readonly handleIndices: ReadonlyMap<number, number>
  /** Nodes that are ours, not the program's. */
  readonly own: ReadonlySet<number>
  /** Default: `may use`. */
  readonly unknownText?: UnknownText
}

/** Finds what would wake a promise, breadth first from the functions that can settle it up to who holds them. */
export class HolderSearch {
  readonly classes: NodeClasses
  readonly #heap: HeapGraph
  readonly #capture: SearchedHeap
  readonly #promises: HeapPromises
  readonly #scopeUse: ScopeUse
  readonly #timers: SettlingTimerSearch
  readonly #kinds: HolderKinds
  /** By the generator of a suspended function: what it awaits. */
  readonly #awaits: ReadonlyMap<number, number>
  /** By reaction: the promise that it settles. */
  readonly #derived: ReadonlyMap<number, number>
  /** By promise: those that will settle it, as reactions and suspended functions say. */
  readonly #waitsFor = new Map<number, number[]>()
  readonly #found = new Map<number, Holder>()
  readonly #limits = new Map<number, number>()

  constructor(capture: SearchedHeap, promises: HeapPromises, sourceOf: SourceOf) {
    this.#heap = capture.heap
    this.#scopeUse = new ScopeUse(capture.heap, sourceOf, capture.unknownText ?? 'may use')
    this.classes = new NodeClasses(capture.heap)
    this.#timers = new SettlingTimerSearch(capture.heap, capture.timerIndices, this.#scopeUse)
    this.#kinds = new HolderKinds(capture.heap, this.classes, capture.handleIndices)
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

  /** The timer that rejects a promise if nothing else settles it before; null for none. */
  timeLimitOf(promise: number): number | null {
    this.holderOf(promise)
    return this.#limits.get(promise) ?? null
  }

  /** The promise of the `.then` whose callback can settle this one. */
  feederOf(promise: number): number | null {
    const holder = this.holderOf(promise)
    return holder.kind === 'promise' ? holder.node : null
  }

  #search(promise: number): Holder {
    const native = this.#nativeHolder(promise) ?? this.#runningFunction(promise)
    if (native !== null) return native
    const resolvers: Resolvers = this.#promises.resolvers.get(promise) ?? { resolve: [], reject: [] }
    const { resolving, limiting } = this.#timers.timersOf(resolvers)
    if (resolving !== null) return { kind: 'timer', node: resolving }
    if (limiting !== null) this.#limits.set(promise, limiting)
    const found = this.#searchFrom(promise, resolvers.resolve)
    return found.kind === 'nobody' ? this.#searchFrom(promise, resolvers.reject) : found
  }

  #searchFrom(promise: number, resolvers: readonly number[]): Holder {
    const climb = new RetainerClimb(this.#heap, this.#capture.own, this.#scopeUse, resolvers)
    let held: Step | null = null
    let event: ListenedEvent | null = null
    let streamEnd: ListenedEvent | null = null
    /** Whoever listens for a result often listens for its cancellation too: named only if nothing else is. */
    let abort: ListenedEvent | null = null
    let variable: string | null = null
    const feeding = new Set<number>()
    const suspended = new Set<number>()
    let steps = 0
    for (let step = climb.next(); step !== null; step = climb.next()) {
      if (++steps === MAX_STEPS) {
        climb.isCutShort = true
        break
      }
      const heard = held === null ? this.#kinds.eventAt(step) : null
      if (heard !== null) {
        if (this.#kinds.isAbort(heard)) abort ??= this.#kinds.isByFetch(step) ? null : heard
        else if (heard.isStreamEnd) streamEnd ??= heard
        else event ??= heard
        continue
      }
      const kind = this.#kinds.kindOf(step.node)
      if (kind !== null) {
        const way = this.#kinds.wayDown(step)
        if (event === null && streamEnd === null && way !== null) return { kind, node: step.node, ...way }
        continue
      }
      if (this.#kinds.isTimer(step.node)) continue
      if (this.#awaits.has(step.node)) {
        suspended.add(step.node)
        continue
      }
      const derived = this.#derived.get(step.node)
      if (derived !== undefined && !this.#isAfter(derived, promise)) feeding.add(derived)
      if (derived !== undefined || this.#promises.all.has(step.node)) continue
      if (held === null && this.#kinds.isTelling(step)) held = step
      if (isWideScope(this.#heap, step.node)) {
        if (isScopeOfProgram(this.#heap, step.node)) variable ??= step.variable
        continue
      }
      climb.climb(step)
    }
    const awaited = [...suspended].map((generator) => this.#awaits.get(generator) ?? NONE)
    const settling = [...feeding, ...awaited.filter((each) => !this.#isAfter(each, promise))]
    // Of several, any one may settle it: but where the others come after one, nothing happens before that.
    const feeder = [...feeding].find((each) => settling.every((other) => this.#isOnlyAfter(other, each)))
    // There may be others: it is not to make a deadlock.
    if (feeder !== undefined && !climb.hasLeftOpen) return { kind: 'promise', node: feeder }
    const listened = event ?? streamEnd
    if (listened !== null) return listened
    if (held !== null && this.classes.isNodes(held.node)) {
      return { kind: 'internal', node: held.node, key: held.edge?.name ?? '' }
    }
    if (held !== null) return { kind: 'object', node: held.node, path: this.#kinds.pathBelow(held) }
    if (variable !== null) return { kind: 'variable', name: variable }
    if (suspended.size > 0 && !climb.isCutShort && !climb.hasLeftOpen) {
      // One that awaits this promise itself goes on only when another has settled it.
      const others = [...suspended].filter((generator) => this.#awaits.get(generator) !== promise)
      return { kind: 'suspended', generators: others.length > 0 ? others : [...suspended] }
    }
    return abort ?? { kind: 'nobody' }
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
    for (const { node, type, name } of this.#heap.retainers(promise)) {
      if (name !== 'promise' || (type !== 'property' && type !== 'internal')) continue
      const kind = this.#kinds.kindOf(node)
      if (kind !== null) return { kind, node, through: null }
    }
    return null
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
}
