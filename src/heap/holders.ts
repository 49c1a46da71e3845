import { isUsers } from './functions.js'
import type { HeapPromises, Resolvers } from './heap-promises.js'
import type { HeapEdge, HeapView } from './heap-view.js'
import { NONE } from './heap-view.js'
import type { HeldResource, Holder, ListenedEvent } from './holder.js'
import { HolderKinds } from './holder-kinds.js'
import { KnownClients } from './known-clients.js'
import { NodeClasses } from './node-classes.js'
import { placeOfNumber } from './number-place.js'
import { queueAt } from './own-queues.js'
import { type OwnQueue, OwnTurns, type Turns } from './own-turns.js'
import { type FoundOwner, Owners } from './owners.js'
import { ResourceParts } from './resource-parts.js'
import {
  type Climbed,
  type ClimbStep,
  isExported,
  isScopeOfProgram,
  isWideScope,
  RetainerClimb,
  stepsBelow,
} from './retainer-climb.js'
import { type Asking, Retainers } from './retainers.js'
import { ScopeUse, type SourceOf, type UnknownText } from './scope-use.js'
import { SettlingOrder } from './settling-order.js'
import { SettlingTimerSearch } from './settling-timers.js'
import { isVariableStep, pathBelowVariable, type VariableStep } from './variable-path.js'
import { type WaitedResource, WaitedResources } from './waited-resources.js'

const MAX_STEPS = 4_000
/** From a socket on, so far it is looked for a queue that it serves. */
const MOST_BEYOND = 6

/** A snapshot, and what of it is known beforehand. */
export interface SearchedHeap {
  readonly heap: HeapView
  /** Nodes of the timers and of the sockets, servers and the like that are active. */
  readonly timerIndices: ReadonlyMap<number, number>
  readonly handleIndices: ReadonlyMap<number, number>
  /** Nodes that are ours, not the program's. */
  readonly own: ReadonlySet<number>
  /** Default: `may use`. */
  readonly unknownText?: UnknownText
  /** By default there is time for everything. */
  readonly isOutOfTime?: () => boolean
}

type UseOfResource = Pick<HeldResource, 'inUse' | 'capacity'>

/** Finds what would wake a promise, breadth first from the functions that can settle it up to who holds them. */
export class HolderSearch {
  readonly classes: NodeClasses
  readonly clients: KnownClients
  readonly #heap: HeapView
  readonly #retainers: Retainers
  readonly #climbed: Climbed
  readonly #promises: HeapPromises
  readonly #timers: SettlingTimerSearch
  readonly #kinds: HolderKinds
  readonly #resources: WaitedResources
  readonly #parts: ResourceParts
  readonly #turns: OwnTurns
  /** By the object or scope that has a queue, and its names. */
  readonly #turnsOf = new Map<string, Turns | null>()
  /** By the queue of a resource. */
  readonly #uses = new Map<number, UseOfResource>()
  /** By generator. */
  readonly #functions = new Map<number, number>()
  /** By the generator of a suspended function: what it awaits. */
  readonly #awaits = new Map<number, number>()
  /** By promise: a function that awaits it. */
  readonly #waiting = new Map<number, number>()
  /** By reaction: the promise that it settles. */
  readonly #derived: ReadonlyMap<number, number>
  readonly #order: SettlingOrder
  readonly #found = new Map<number, Holder>()
  readonly #limits = new Map<number, number>()
  readonly #clientsOf = new Map<number, number>()

  constructor(capture: SearchedHeap, promises: HeapPromises, sourceOf: SourceOf) {
    const { heap, own, timerIndices, handleIndices, unknownText = 'may use', isOutOfTime } = capture
    const retainers = new Retainers(heap, isOutOfTime)
    const scopeUse = new ScopeUse(heap, sourceOf, unknownText)
    this.#heap = heap
    this.#retainers = retainers
    this.#climbed = { heap, retainers, own, scopeUse }
    this.classes = new NodeClasses(heap)
    this.clients = new KnownClients(heap)
    this.#timers = new SettlingTimerSearch(heap, retainers, timerIndices, scopeUse)
    this.#kinds = new HolderKinds(heap, retainers, this.classes, handleIndices)
    this.#promises = promises
    this.#derived = new Map(promises.feeds.map(({ reaction, to }) => [reaction, to]))
    for (const { generator, fn, awaits } of promises.suspended) {
      this.#functions.set(generator, fn)
      this.#awaits.set(generator, awaits)
      this.#waiting.set(awaits, fn)
    }
    this.#resources = new WaitedResources(this.#climbed)
    this.#turns = new OwnTurns(this.#climbed, promises.suspended)
    this.#parts = new ResourceParts(this.#climbed, this.classes, {
      awaits: this.#awaits,
      resolvers: promises.resolvers,
      isAwaited: (promise) => promises.reactionCounts.has(promise),
      reactsTo: new Map(promises.feeds.map(({ reaction, from }) => [reaction, from])),
      feeds: promises.feeds,
      isActiveTimer: (node) => timerIndices.has(node),
      isActiveHandle: (node) => handleIndices.has(node),
    })
    this.#order = new SettlingOrder(promises)
  }

  /**
   * Finds the holders of all promises that something waits for and nothing in the heap settles, level by level for all of
   * them together. Without it, each is sought when it is asked for.
   */
  findAll(): void {
    const awaited = new Set([...this.#awaits.values(), ...this.#promises.feeds.map(({ from }) => from)])
    this.find([...awaited].filter((promise) => !this.#order.isSettledByOthers(promise)))
  }

  /** The same for some promises. */
  find(promises: readonly number[]): void {
    const open = promises.filter((promise) => !this.#found.has(promise))
    const holders = this.#retainers.answerAll(open.map((promise) => this.#search(promise)))
    this.#findUses(holders)
    for (const [i, promise] of open.entries()) this.#found.set(promise, this.#withUse(holders[i] as Holder))
  }

  /** The promises whose holders have been sought. */
  found(): Iterable<number> {
    return this.#found.keys()
  }

  hasFound(promise: number): boolean {
    return this.#found.has(promise)
  }

  holderOf(promise: number): Holder {
    const known = this.#found.get(promise)
    if (known !== undefined) return known
    this.find([promise])
    return this.#found.get(promise) as Holder
  }

  /** Whether nothing but listeners on one emitter can settle a promise. False if that is not certain. */
  isOnlyBy(promise: number, emitter: number): boolean {
    this.holderOf(promise)
    return !this.#limits.has(promise) && this.#retainers.answer(this.#leadsOnlyTo(promise, emitter))
  }

  *#leadsOnlyTo(promise: number, emitter: number): Asking<boolean> {
    const { resolve, reject } = this.#promises.resolvers.get(promise) ?? { resolve: [], reject: [] }
    const climb = new RetainerClimb(this.#climbed, [...resolve, ...reject])
    let steps = 0
    for (let step = climb.next(); step !== null; step = climb.next()) {
      if (++steps === MAX_STEPS) return false
      const heard = yield* this.#kinds.eventAt(step)
      if (heard !== null && heard.node !== emitter) return false
      if (heard !== null || step.node === emitter) continue
      if (this.#kinds.kindOf(step.node) !== null || this.#kinds.isTimer(step.node)) return false
      if (this.#awaits.has(step.node) || this.#derived.has(step.node)) return false
      if (yield* isWideScope(this.#climbed, step.node)) return false
      yield* climb.climb(step)
    }
    return steps > 0 && !climb.isCutShort && !climb.hasLeftOpen
  }

  /** The timer that rejects a promise if nothing else settles it before; null for none. */
  timeLimitOf(promise: number): number | null {
    this.holderOf(promise)
    return this.#limits.get(promise) ?? null
  }

  /** What has each of some sockets or the like. */
  ownersOf(nodes: readonly number[]): (FoundOwner | null)[] {
    return new Owners(this.#heap, this.#retainers, this.classes, this.clients).of(nodes)
  }

  /** The function of a suspended one. */
  functionOf(generator: number): number {
    return this.#functions.get(generator) ?? NONE
  }

  /** The well-known client of a server that keeps what settles a promise; null for none. */
  clientOf(promise: number): number | null {
    this.holderOf(promise)
    return this.#clientsOf.get(promise) ?? null
  }

  *#search(promise: number): Asking<Holder> {
    const resolvers: Resolvers = this.#promises.resolvers.get(promise) ?? { resolve: [], reject: [] }
    const { resolve, reject } = resolvers
    const retainers = yield* this.#retainers.of(promise, () => [...resolve, ...reject])
    const native = this.#nativeHolder(retainers) ?? this.#runningFunction(retainers)
    if (native !== null) return native
    const { resolving, limiting } = yield* this.#timers.timersOf(resolvers)
    if (resolving !== null) return { kind: 'timer', node: resolving }
    // Another one may resolve it.
    if (limiting !== null && !this.#retainers.isOver) this.#limits.set(promise, limiting)
    const found = yield* this.#searchFrom(promise, resolve, yield* this.#retainers.namesOf(reject))
    return found.kind === 'nobody' ? yield* this.#searchFrom(promise, reject, []) : found
  }

  /** @param rejectNames the names of what rejects the promise, if the search does not begin there. */
  *#searchFrom(promise: number, resolvers: readonly number[], rejectNames: readonly string[]): Asking<Holder> {
    const climb = new RetainerClimb(this.#climbed, resolvers)
    let held: ClimbStep | null = null
    let queue: OwnQueue | null = null
    let event: ListenedEvent | null = null
    /** Its listener can reject the promise as well: an end or a failure, as a rule. */
    let either: ListenedEvent | null = null
    let streamEnd: ListenedEvent | null = null
    /** Whoever listens for a result often listens for its cancellation too: named only if nothing else is. */
    let abort: ListenedEvent | null = null
    let variable: VariableStep | null = null
    /** A socket or the like was met at that depth, and a queue may be near by. */
    let beyond: { readonly holder: Holder; readonly depth: number } | null = null
    let hasReaction = false
    const feeding = new Set<number>()
    const suspended = new Set<number>()
    let steps = 0
    for (let step = climb.next(); step !== null; step = climb.next()) {
      if (++steps === MAX_STEPS) {
        climb.isCutShort = true
        break
      }
      if (beyond !== null && step.depth > beyond.depth + MOST_BEYOND) break
      if (!this.#clientsOf.has(promise) && this.clients.isClient(step.node)) this.#clientsOf.set(promise, step.node)
      const heard = held === null ? yield* this.#kinds.eventAt(step) : null
      if (heard !== null) {
        if (this.#kinds.isAbort(heard)) abort ??= this.#kinds.isByFetch(step) ? null : heard
        else if (heard.isStreamEnd) streamEnd ??= heard
        else if (this.#canReject(step, rejectNames)) either ??= heard
        else if (event === null || (this.#kinds.isLikelier(heard, event) && !this.#isRead(step))) event = heard
        continue
      }
      const resource = yield* this.#resources.at(step)
      if (resource !== null) return { kind: 'resource', node: resource.queue, resource, inUse: [], capacity: null }
      const kind = this.#kinds.kindOf(step.node)
      if (kind !== null) {
        const way = this.#kinds.wayDown(step)
        if ((event ?? either ?? streamEnd) !== null || way === null) continue
        const holder = { kind, node: step.node, ...way }
        if (way.through === null || !this.#resources.mayWait(way.through)) return holder
        beyond ??= { holder, depth: step.depth }
        continue
      }
      if (this.#kinds.isTimer(step.node)) continue
      if (this.#awaits.has(step.node)) {
        suspended.add(step.node)
        continue
      }
      const derived = this.#derived.get(step.node)
      hasReaction ||= derived !== undefined
      if (derived !== undefined && !this.#order.isAfter(derived, promise)) feeding.add(derived)
      if (derived !== undefined || this.#heap.isPromise(step.node)) continue
      if (held === null) queue ??= queueAt(this.#heap, step)
      if (held === null && this.#kinds.isTelling(step)) held = step
      if (step.below !== null && isExported(this.#heap, step.below.node)) {
        if (isVariableStep(step)) variable ??= step
        continue
      }
      if (yield* isWideScope(this.#climbed, step.node)) {
        if (isVariableStep(step) && (yield* isScopeOfProgram(this.#climbed, step.node))) variable ??= step
        continue
      }
      yield* climb.climb(step)
    }
    if (beyond !== null) return beyond.holder
    const awaited = [...suspended].map((generator) => this.#awaits.get(generator) ?? NONE)
    const settling = [...feeding, ...awaited.filter((each) => !this.#order.isAfter(each, promise))]
    // Of several, any one may settle it: but where the others come after one, nothing happens before that.
    const feeder = [...feeding].find((each) => settling.every((other) => this.#order.isOnlyAfter(other, each)))
    // There may be others: it is not to make a deadlock.
    if (feeder !== undefined && !climb.hasLeftOpen) return { kind: 'promise', node: feeder }
    const listened = event ?? either ?? streamEnd
    if (listened !== null) return listened
    // What is behind a variable may hold it by a list of all modules: the variable is what the author has written.
    if (variable !== null && held !== null && variable.depth < held.depth) held = null
    if (held !== null && this.classes.isNodes(held.node)) {
      return { kind: 'internal', node: held.node, key: held.edge?.name ?? '' }
    }
    if (held !== null) {
      const client = this.clients.clientIn(held.node)
      if (client !== NONE && !this.#clientsOf.has(promise)) this.#clientsOf.set(promise, client)
      const turns = queue?.node === held.node ? yield* this.#turnsIn(queue) : null
      const path = this.#kinds.pathBelow(held)
      const holder = { kind: 'object', node: held.node, path, ...(turns !== null && { turns }) } as const
      if (suspended.size === 0 && !hasReaction) return holder
      const users = yield* this.#parts.usersOf(resolvers)
      return this.#retainers.isOver ? holder : { ...holder, users }
    }
    if (variable !== null) {
      const turns = queue?.isVariable === true ? yield* this.#turnsIn(queue) : null
      const path = yield* pathBelowVariable(this.#climbed, variable, this.#waiting.get(promise) ?? NONE)
      return { kind: 'variable', name: variable.variable, path, ...(turns !== null && { turns }) }
    }
    if (suspended.size > 0 && !climb.isCutShort && !climb.hasLeftOpen) {
      // One that awaits this promise itself goes on only when another has settled it.
      const others = [...suspended].filter((generator) => this.#awaits.get(generator) !== promise)
      return { kind: 'suspended', generators: others.length > 0 ? others : [...suspended] }
    }
    return abort ?? { kind: 'nobody' }
  }

  *#turnsIn(queue: OwnQueue): Asking<Turns | null> {
    const key = `${queue.node} ${queue.fields.join()} ${queue.isKeyed}`
    let turns = this.#turnsOf.get(key)
    if (turns === undefined) {
      const found = yield* this.#turns.of(queue)
      turns = this.#retainers.isOver ? null : found
      this.#turnsOf.set(key, turns)
    }
    return turns
  }

  /** Looks up who uses resources: once for all that wait in the same queue, and all queues together. */
  #findUses(holders: readonly Holder[]): void {
    const resources = new Map<number, WaitedResource>()
    for (const holder of holders) {
      if (holder.kind === 'resource' && !this.#uses.has(holder.node)) resources.set(holder.node, holder.resource)
    }
    const uses = this.#retainers.answerAll([...resources.values()].map((resource) => this.#useOf(resource)))
    // Not all of them, maybe.
    if (this.#retainers.isOver) return
    for (const [i, queue] of [...resources.keys()].entries()) this.#uses.set(queue, uses[i] as UseOfResource)
  }

  #withUse(holder: Holder): Holder {
    if (holder.kind !== 'resource') return holder
    const use = this.#uses.get(holder.node)
    return use === undefined ? { kind: 'nobody' } : { ...holder, ...use }
  }

  *#useOf(resource: WaitedResource): Asking<UseOfResource> {
    const { node, known } = resource
    const inUse = yield* this.#parts.inUse(resource)
    const { capacity } = known
    return { inUse, capacity: capacity === undefined ? null : yield* placeOfNumber(this.#climbed, node, capacity) }
  }

  /** Whether a function on the way down to the promise names what rejects it. */
  #canReject(step: ClimbStep, rejectNames: readonly string[]): boolean {
    if (rejectNames.length === 0) return false
    return [...stepsBelow(step)].some(({ node }) => {
      const words =
        this.#heap.typeOf(node) === 'closure' && isUsers(this.#heap, node) ? this.#climbed.scopeUse.wordsOf(node) : null
      return words !== null && rejectNames.some((name) => words.has(name))
    })
  }

  /** Whether it is known of all functions on the way down to the promise what they use. */
  #isRead(step: ClimbStep): boolean {
    const hasText = (node: number) => this.#heap.typeOf(node) === 'closure' && this.#heap.locationOf(node) !== null
    return [...stepsBelow(step)].every(({ node }) => !hasText(node) || this.#climbed.scopeUse.wordsOf(node) !== null)
  }

  /** A promise of a native operation is settled by the object that holds it, without functions. */
  #nativeHolder(retainers: readonly HeapEdge[]): Holder | null {
    for (const { node, type, name } of retainers) {
      if (name !== 'promise' || (type !== 'property' && type !== 'internal')) continue
      const kind = this.#kinds.kindOf(node)
      if (kind !== null) return { kind, node, through: null, listedIn: null }
    }
    return null
  }

  /** The object of an async function that has begun and is not suspended holds the promise that it will settle. */
  #runningFunction(retainers: readonly HeapEdge[]): Holder | null {
    for (const { node, type } of retainers) {
      if (type !== 'hidden' || this.#awaits.has(node)) continue
      const fn = this.#heap.child(node, 'function')
      if (fn !== NONE && this.#heap.typeOf(fn) === 'closure') return { kind: 'running', fn }
    }
    return null
  }
}
