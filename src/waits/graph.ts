import type { Frame } from '../model/frame.js'
import { isProgramFrame } from '../model/package-of.js'
import type { Task } from '../model/task.js'
import type { WaitEdge, WaitGraph, WaitNode } from '../model/wait-graph.js'
import { type FunctionChain, joinChains } from './await-chains.js'
import type { CallbackChain } from './callbacks.js'
import { tasksOfChains } from './chain-tasks.js'
import { ringsAmong } from './deadlocks.js'
import { type Link, type LinkedWaits, linkWaits, type Shown } from './links.js'
import { framesOf, type Id } from './net.js'
import { ascending, orderedBy } from './number-order.js'
import { holdersOf } from './resource-holders.js'
import type { WaitSource } from './source.js'

/** A wait graph, and what of its source stands behind each node. */
export interface BuiltGraph {
  readonly graph: WaitGraph
  /** By node id. */
  readonly behind: ReadonlyMap<number, Behind>
  /** How many promises are waited for of which nothing is known that would settle them. */
  readonly unknownEnds: readonly Id[]
}

export type Behind =
  | { readonly kind: 'functions'; readonly chain: FunctionChain }
  | { readonly kind: 'callbacks'; readonly chain: CallbackChain }
  | { readonly kind: 'promise' | 'leaf'; readonly promise: object | number }

/** Builds the graph of what one source knows. */
export function buildGraph(source: WaitSource, threadId: number): BuiltGraph {
  return new GraphBuilder(source, linkWaits(source), threadId).build()
}

class GraphBuilder {
  readonly #links: LinkedWaits
  readonly #threadId: number
  readonly #chains: readonly FunctionChain[]
  /** By index of a node: its chain, or -1. */
  readonly #chainOf: Int32Array
  readonly #taskOf: ReadonlyMap<FunctionChain, Task | null>
  /** By rank; 0 for a node that has none yet. */
  readonly #ids: Int32Array
  readonly #nodes: WaitNode[] = []
  readonly #behind = new Map<number, Behind>()
  /** It takes V8 a while to make. */
  #byNumbers: Intl.Collator | null = null

  constructor(source: WaitSource, links: LinkedWaits, threadId: number) {
    this.#links = links
    this.#threadId = threadId
    const { chains, chainOf } = joinChains(links.nodes, links.links, source)
    this.#chains = chains
    this.#chainOf = chainOf
    this.#taskOf = tasksOfChains(chains, source)
    this.#ids = new Int32Array(chains.length + links.nodes.length)
  }

  build(): BuiltGraph {
    const tasks = this.#links.nodes.filter(({ kind }) => kind === 'function' || kind === 'callbacks')
    for (const node of this.#byRank(tasks, (each) => each)) this.#idOf(node)
    const edges: WaitEdge[] = []
    for (const { from, to, via, mode } of this.#linksInOrder()) {
      const isWithinChain = this.#rankOf(from) === this.#rankOf(to) && from !== to
      if (isWithinChain) continue
      edges.push(Object.freeze({ from: this.#idOf(from), to: this.#idOf(to), via: shortened(via), mode }))
    }
    const deadlocked = new Set([...this.#links.stuck()].map((node) => this.#idOf(node)))
    const cycles = ringsAmong(this.#nodes.length, edges, (id) => deadlocked.has(id))
    const graph: WaitGraph = Object.freeze({
      nodes: Object.freeze(this.#withHolders(edges)),
      edges: Object.freeze(edges),
      cycles: Object.freeze(cycles.map((cycle) => Object.freeze(cycle))),
    })
    return { graph, behind: this.#behind, unknownEnds: this.#links.unknownEnds }
  }

  /** By their outermost functions, then callbacks, then the others as they were met. One number for all nodes of a chain. */
  #rankOf({ index }: Shown): number {
    const chain = this.#chainOf[index] as number
    return chain === -1 ? this.#chains.length + index : chain
  }

  #byRank<T>(list: readonly T[], nodeOf: (each: T) => Shown): T[] {
    const ranks = Int32Array.from(list, (each) => this.#rankOf(nodeOf(each)))
    return [...orderedBy(ascending(list.length), ranks)].map((place) => list[place] as T)
  }

  /** `Promise.all (index 2)` comes before `Promise.all (index 10)`. */
  #compareVia(a: Link, b: Link): number {
    if (a.via.length + b.via.length === 0) return 0
    this.#byNumbers ??= new Intl.Collator('en', { numeric: true })
    return this.#byNumbers.compare(a.via.join(), b.via.join())
  }

  #linksInOrder(): Link[] {
    const sorted = this.#byRank(this.#links.links, ({ from }) => from)
    const compare = (a: Link, b: Link) => this.#compareVia(a, b) || this.#rankOf(a.to) - this.#rankOf(b.to)
    for (let start = 0; start < sorted.length; ) {
      const rank = this.#rankOf((sorted[start] as Link).from)
      let end = start + 1
      while (end < sorted.length && this.#rankOf((sorted[end] as Link).from) === rank) end++
      if (end - start > 1)
        for (const [i, link] of sorted.slice(start, end).sort(compare).entries()) sorted[start + i] = link
      start = end
    }
    return sorted
  }

  /** The leaves of resources, with who has their parts. */
  #withHolders(edges: readonly WaitEdge[]): WaitNode[] {
    const { resources } = this.#links
    if (resources.size === 0) return this.#nodes
    const holders = new Map([...resources].map(([leaf, parts]) => [this.#idOf(leaf), parts] as const))
    const isOfProgram = (id: number) => this.#nodes[id - 1]?.stack.some(isProgramFrame) === true
    return this.#nodes.map((node) => {
      const parts = holders.get(node.id)
      if (parts === undefined || node.leaf?.use === undefined) return node
      const ids = parts.map(({ nodes, ...part }) => ({ ...part, ids: nodes.map((each) => this.#idOf(each)) }))
      const use = { ...node.leaf.use, holders: holdersOf(node.id, ids, edges, isOfProgram) }
      return Object.freeze({ ...node, leaf: Object.freeze({ ...node.leaf, use }) })
    })
  }

  #idOf(shown: Shown): number {
    const rank = this.#rankOf(shown)
    const known = this.#ids[rank] as number
    if (known !== 0) return known
    const id = this.#nodes.length + 1
    this.#ids[rank] = id
    const chain = this.#chains[this.#chainOf[shown.index] as number]
    const { kind, label, task, stack, leaf } = describe(shown, chain, this.#taskOf)
    this.#nodes.push(Object.freeze({ id, kind, label, task, stack, leaf, threadId: this.#threadId }))
    this.#behind.set(id, behindOf(shown, chain))
    return id
  }
}

function behindOf(shown: Shown, chain: FunctionChain | undefined): Behind {
  if (shown.kind === 'function') return { kind: 'functions', chain: chain ?? [shown.function] }
  if (shown.kind === 'callbacks') return { kind: 'callbacks', chain: shown.chain }
  return { kind: shown.kind, promise: shown.promise }
}

function describe(
  shown: Shown,
  chain: FunctionChain | undefined,
  taskOf: ReadonlyMap<FunctionChain, Task | null>,
): Omit<WaitNode, 'id' | 'threadId'> {
  switch (shown.kind) {
    case 'function': {
      const functions = chain ?? [shown.function]
      const frames = functions.flatMap(framesOf)
      const task = chain === undefined ? (shown.function.task ?? null) : (taskOf.get(chain) ?? null)
      return taskNode(task, frames[0] === undefined ? '' : callText(frames[0].name), frames)
    }
    case 'callbacks': {
      const { settlings } = shown.chain
      const [outermost] = settlings
      const frames = settlings.map(({ callback }) => callback.frame)
      const name = outermost?.callback.name ?? ''
      const label = name === '' ? (frames[0]?.name ?? '<anonymous>') : `.${outermost?.kind ?? 'then'}(${name})`
      return taskNode(outermost?.callback.task ?? null, label, frames)
    }
    case 'promise': {
      const [first] = shown.settlings
      const label = first?.member?.combinator ?? (first?.kind === 'import()' ? first.kind : 'promise')
      return { kind: 'promise', label, task: null, stack: Object.freeze([]), leaf: null }
    }
    case 'leaf': {
      const { leaf } = shown
      return { kind: leaf.kind, label: leaf.label, task: null, stack: Object.freeze([]), leaf }
    }
  }
}

/** @param outermostFirst the frames of the task. */
function taskNode(
  task: Task | null,
  name: string,
  outermostFirst: readonly Frame[],
): Omit<WaitNode, 'id' | 'threadId'> {
  const label = task === null ? name || '<anonymous>' : `Task-${task.id} ${name}`.trimEnd()
  return { kind: 'task', label, task, stack: Object.freeze(outermostFirst.toReversed()), leaf: null }
}

function callText(name: string): string {
  return name.startsWith('<') ? name : `${name}()`
}

const LONGEST_VIA = 4

function shortened(via: readonly string[]): string | null {
  if (via.length === 0) return null
  if (via.length <= LONGEST_VIA) return via.join(', ')
  return [...via.slice(0, 2), `… ${via.length - 3} more …`, via.at(-1)].join(', ')
}
