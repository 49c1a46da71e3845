import { classOf } from './class-of.js'
import { isUsers } from './functions.js'
import { type HeapEdge, type HeapView, NONE } from './heap-view.js'
import type { Asking, Retainers } from './retainers.js'
import type { ScopeUse } from './scope-use.js'

/** One step of a search from the functions that settle a promise up to what retains them. */
export interface ClimbStep {
  readonly node: number
  readonly depth: number
  /** What the step came from, and the edge from this node to it. */
  readonly below: ClimbStep | null
  readonly edge: HeapEdge | null
  /** In a scope: the variable of it, or of a scope around it, that holds what is below; that of a module which exports it; null where V8 names none. */
  readonly variable: string | null
}

/** From the resolver of a WebSocket's event up to its socket there are some 18 (Node 24, 26). */
const MAX_DEPTH = 20
const MAX_CLOSURES_OF_A_SCOPE = 16

/** By these fields a function holds a scope, and a suspended one (Node 20 to 26). */
const HOLDS_SCOPE = new Set(['context', 'parameters_and_registers'])

/** Events that a listener for one promise listens to together. */
const EVENT_NAMES = new Set(['readable', 'data', 'end', 'finish', 'close', 'drain'])

/** In what a search climbs. */
export interface Climbed {
  readonly heap: HeapView
  readonly retainers: Retainers
  /** Nodes that are ours, not the program's. */
  readonly own: ReadonlySet<number>
  readonly scopeUse: ScopeUse
}

/** The steps of one search, nearest first. */
export class RetainerClimb {
  /** Somewhere it was not looked further: another holder may be there. */
  isCutShort = false
  /** Some function may hold what is searched, and its text is not known. */
  hasLeftOpen = false
  readonly #heap: HeapView
  readonly #retainers: Retainers
  readonly #own: ReadonlySet<number>
  readonly #scopeUse: ScopeUse
  readonly #queue: ClimbStep[]
  readonly #seen: Set<number | string>
  /** Who listens for a result listens for errors as well: that is looked at last. */
  readonly #late: ClimbStep[] = []
  #at = 0

  constructor({ heap, retainers, own, scopeUse }: Climbed, from: readonly number[]) {
    this.#heap = heap
    this.#retainers = retainers
    this.#own = own
    this.#scopeUse = scopeUse
    this.#queue = from.map((node) => ({ node, depth: 0, below: null, edge: null, variable: null }))
    this.#seen = new Set(this.#queue.map(wayTo))
  }

  /** @returns null at the end. */
  next(): ClimbStep | null {
    if (this.#at === this.#queue.length) this.#queue.push(...this.#late.splice(0))
    return this.#queue[this.#at++] ?? null
  }

  /** Goes on to what retains a node. */
  *climb(step: ClimbStep): Asking<void> {
    if (step.depth >= MAX_DEPTH) {
      this.isCutShort = true
      return
    }
    const edges = yield* this.#retainers.of(step.node, () => this.#queued())
    if (this.#retainers.isOver) {
      this.isCutShort = true
      this.hasLeftOpen = true
    }
    for (const edge of edges) {
      const next = { node: edge.node, depth: step.depth + 1, below: step, edge, variable: this.#variableOf(step, edge) }
      const way = wayTo(next)
      if (this.#seen.has(way) || !this.#leadsOn(edge) || !this.#canReach(step, edge)) continue
      if (edge.type === 'property' && edge.name === 'error') {
        this.#late.push(next)
        continue
      }
      this.#seen.add(way)
      this.#queue.push(next)
    }
  }

  #queued(): number[] {
    return this.#queue.slice(this.#at).map(({ node }) => node)
  }

  /** A scope is held by the scopes in it, and by the registers of a suspended function. */
  #variableOf({ node: below, variable }: ClimbStep, edge: HeapEdge): string | null {
    const { node, name, type } = edge
    if (type === 'context') return name
    if (isExported(this.#heap, below)) return nameOfExport(this.#heap, edge)
    return name === 'previous' || (type === 'internal' && this.#heap.typeOf(node) === 'array') ? variable : null
  }

  /** Whether who holds a scope can use the variable of it that leads down to the resolver. */
  #canReach({ variable }: ClimbStep, { node, name }: HeapEdge): boolean {
    if (variable === null || !HOLDS_SCOPE.has(name)) return true
    const fn = this.#heap.typeOf(node) === 'closure' ? node : this.#heap.child(node, 'function')
    const canUse = fn === NONE || this.#scopeUse.canUse(fn, variable)
    if (canUse === null) this.hasLeftOpen = true
    return canUse === true
  }

  #leadsOn({ node, name, type }: HeapEdge): boolean {
    if (this.#own.has(node)) return false
    if (name === '__proto__' || name === 'constructor' || name === 'prototype') return false
    const holderType = this.#heap.typeOf(node)
    if (holderType === 'synthetic' || holderType === 'code' || holderType === 'object shape') return false
    const holder = this.#heap.nameOf(node)
    // The object holds the same by its properties, whose names are looked at.
    if (type === 'internal' && name === 'properties') return false
    if (/^system \/ (NativeContext|FeedbackCell|WeakCell|PropertyCell|ScriptContextTable)/.test(holder)) return false
    // A stack that an error captured: it keeps functions alive, and nothing calls them through it (Node 20 to 26).
    if (holder.startsWith('system / CallSiteInfo')) return false
    return type !== 'weak'
  }
}

/** What a module exports is in a cell of its own, from which others read it (V8 11.3 to 14.6). */
export function isExported(heap: HeapView, node: number): boolean {
  return heap.nameOf(node) === 'system / Cell'
}

/** V8 has a table of them, each behind its name. Null for other lists, and for a default export. */
function nameOfExport(heap: HeapView, { node, name }: HeapEdge): string | null {
  const key = heap.child(node, String(Number(name) - 1))
  const text = key === NONE || heap.typeOf(key) !== 'string' ? 'default' : heap.nameOf(key)
  return text === 'default' ? null : text
}

/** The outermost scope of a script or module, or one that so many functions share that it tells nothing. */
export function* isWideScope({ heap, retainers }: Climbed, node: number): Asking<boolean> {
  if (classOf(heap.nameOf(node)) !== 'system / Context') return false
  const outer = heap.child(node, 'previous')
  if (outer === NONE || heap.nameOf(outer).startsWith('system / NativeContext')) return true
  return (yield* retainers.of(node)).length > MAX_CLOSURES_OF_A_SCOPE
}

/** By scope, of each heap: thousands of functions may share one, and thousands of searches come to it. */
const scopesOfProgram = new WeakMap<Retainers, Map<number, boolean>>()

/** Whether functions of the program's share a scope: the names of Node's own variables tell nobody anything. */
export function* isScopeOfProgram({ heap, retainers }: Climbed, scope: number): Asking<boolean> {
  const known = scopesOfProgram.get(retainers) ?? new Map<number, boolean>()
  scopesOfProgram.set(retainers, known)
  // All of them come to it at the same time: the first that goes on finds it out.
  const edges = yield* retainers.of(scope)
  let isOne = known.get(scope)
  if (isOne === undefined) {
    const functions = edges.filter(({ node }) => heap.typeOf(node) === 'closure')
    isOne = functions.length === 0 || functions.some(({ node }) => isUsers(heap, node))
    known.set(scope, isOne)
  }
  return isOne
}

/**
 * A scope is looked at once for each of its variables, as each may be used by other functions; an emitter's events are
 * looked at one by one.
 */
function wayTo({ node, variable, edge, below }: ClimbStep): number | string {
  if (variable !== null) return `${node} ${variable}`
  const isOfEvents = edge?.type === 'property' && (edge.name === '_events' || EVENT_NAMES.has(edge.name))
  if (!isOfEvents) return node
  return `${node} .${edge.name === '_events' ? below?.edge?.name : edge.name}`
}

/** Down from a holder, the holder first. */
export function* stepsBelow(top: ClimbStep): Generator<ClimbStep> {
  for (let step: ClimbStep | null = top; step !== null; step = step.below) yield step
}
