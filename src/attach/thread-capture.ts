import { areScriptsCut, isUsers } from '../heap/functions.js'
import { NONE } from '../heap/heap-graph.js'
import { type HeapPromises, promisesOf } from '../heap/heap-promises.js'
import type { Holder } from '../heap/holder.js'
import { HolderSearch } from '../heap/holders.js'
import type { Frame } from '../model/frame.js'
import type { Leaf } from '../model/leaf.js'
import type { WaitEdge, WaitGraph, WaitNode } from '../model/wait-graph.js'
import { findCycles } from '../walk/cycles.js'
import { captureHeap, type HeapCapture } from './heap-capture.js'
import { leavesOf } from './leaves.js'
import { ScriptSources } from './script-sources.js'
import { definitionOf, suspendedFrames } from './suspended-frames.js'
import type { Target } from './target.js'
import { TargetScripts } from './target-scripts.js'
import { HELD_RESOLVER, linkWaits, type WaitLink, type WaitLinks } from './wait-links.js'

/** What one thread that loaded nothing tells. */
export interface ThreadCapture {
  readonly graph: WaitGraph
  /** By node of the graph: what tells a task in this capture from one in the next, while the session lasts. */
  readonly identities: ReadonlyMap<number, number>
  /** How long the thread stood still for the capture. */
  readonly pauseMs: number
}

/** @param mayWalk false where another debugger may make V8's walk endless. */
export async function captureThread(
  target: Target,
  threadId: number,
  mayWalk: boolean,
  timeoutMs: number,
  isBusy: boolean,
): Promise<ThreadCapture> {
  const capture = await captureHeap(target, timeoutMs, isBusy)
  const promises = promisesOf(capture.heap)
  const functions = [...promises.suspended.map(({ fn }) => fn), ...promises.feeds.map(({ callback }) => callback)]
  const scripts = await TargetScripts.of(target)
  if (areScriptsCut(capture.heap, functions)) capture.heap.nameScripts(scripts.urls)
  const ofProgram = functions.filter((fn) => isUsers(capture.heap, fn))
  const scriptIds = ofProgram.map((fn) => capture.heap.locationOf(fn)?.scriptId ?? NONE)
  await scripts.read(target, new Set(scriptIds))
  const { frames, memberIndices } = await suspendedFrames(target, capture, promises, scripts, mayWalk)
  const { links, holders, search } = await linksAndHolders(target, capture, promises, memberIndices)
  const functionOf = new Map(promises.suspended.map(({ generator, fn }) => [generator, fn]))
  const leaves = await leavesOf(target, capture, search, holders, (generator) => functionOf.get(generator) ?? NONE)
  return {
    ...new GraphBuilder(capture, links, holders, leaves, frames, scripts, threadId).build(),
    pauseMs: capture.pauseMs,
  }
}

interface LinksAndHolders {
  readonly links: WaitLinks
  readonly holders: ReadonlyMap<number, Holder>
  readonly search: HolderSearch
}

/** Found anew until no text of a script is missing: those that are needed are known only as the search goes on. */
async function linksAndHolders(
  target: Target,
  capture: HeapCapture,
  promises: HeapPromises,
  memberIndices: ReadonlyMap<number, number>,
): Promise<LinksAndHolders> {
  const sources = new ScriptSources()
  for (;;) {
    const search = new HolderSearch(capture, promises, sources.sourceOf)
    const links = linkWaits(capture.heap, promises, memberIndices, (promise) => search.feederOf(promise))
    const holders = new Map([...links.ends].map((promise) => [promise, search.holderOf(promise)]))
    if (!(await sources.fetchMissing(target.session))) return { links, holders, search }
  }
}

/** A race goes on without the member that never settles: no deadlock runs through it. */
const MAY_GO_ON = /Promise\.(race|any)/

class GraphBuilder {
  readonly #capture: HeapCapture
  readonly #links: WaitLinks
  readonly #holders: ReadonlyMap<number, Holder>
  readonly #leaves: ReadonlyMap<number, Leaf>
  readonly #frames: ReadonlyMap<number, Frame>
  readonly #scripts: TargetScripts
  readonly #threadId: number
  readonly #ids = new Map<number, number>()
  readonly #nodes: WaitNode[] = []
  /** The first promise that an object will settle in a way. */
  readonly #firstOf = new Map<string, number>()

  constructor(
    capture: HeapCapture,
    links: WaitLinks,
    holders: ReadonlyMap<number, Holder>,
    leaves: ReadonlyMap<number, Leaf>,
    frames: ReadonlyMap<number, Frame>,
    scripts: TargetScripts,
    threadId: number,
  ) {
    this.#capture = capture
    this.#links = links
    this.#holders = holders
    this.#leaves = leaves
    this.#frames = frames
    this.#scripts = scripts
    this.#threadId = threadId
  }

  build(): { graph: WaitGraph; identities: ReadonlyMap<number, number> } {
    const links = this.#wakingLinks()
    const inCycle = functionsInCycles(links)
    const stacks = this.#joinChains(links, inCycle)
    const order = (a: number, b: number) => this.#compare(a, b, stacks)
    // By place in the source: the heap's own order says nothing and differs from run to run.
    for (const generator of [...this.#links.functions.keys()].sort(order)) this.#idOf(generator, stacks)
    links.sort((a, b) => order(a.from, b.from) || compareVia(a.via, b.via) || order(a.to, b.to))
    const edges: WaitEdge[] = []
    for (const { from, to, via } of links) {
      if (stacks.get(to) === stacks.get(from) && stacks.has(to) && from !== to) continue
      edges.push(Object.freeze({ from: this.#idOf(from, stacks), to: this.#idOf(to, stacks), via }))
    }
    const cycles = findCycles(this.#nodes.length, edges.filter(isCertain)).map((cycle) => Object.freeze(cycle))
    const nodes = Object.freeze(this.#nodes)
    const graph = Object.freeze({ nodes, edges: Object.freeze(edges), cycles: Object.freeze(cycles) })
    const identities = new Map([...this.#ids].map(([node, id]) => [id, this.#capture.heap.idOf(node)]))
    return { graph, identities }
  }

  #compare(a: number, b: number, stacks: ReadonlyMap<number, number[]>): number {
    const [first, second] = [a, b].map((node) => this.#frames.get(stacks.get(node)?.at(-1) ?? NONE))
    if (first === undefined || second === undefined) return Number(first === undefined) - Number(second === undefined)
    const byFile = (first.filename ?? '').localeCompare(second.filename ?? '')
    const byPlace = byFile || (first.line ?? 0) - (second.line ?? 0) || (first.column ?? 0) - (second.column ?? 0)
    return byPlace || this.#capture.heap.idOf(a) - this.#capture.heap.idOf(b)
  }

  /** The links, each end replaced by what would wake it where that is known. */
  #wakingLinks(): WaitLink[] {
    const links: WaitLink[] = []
    for (const link of this.#links.links) {
      const holder = this.#holders.get(link.to)
      const waker = holder === undefined ? null : this.#wakerOf(link.from, holder)
      if (waker === null) links.push(link)
      else links.push({ ...link, to: waker, via: link.via === null ? HELD_RESOLVER : `${link.via}, ${HELD_RESOLVER}` })
    }
    return links
  }

  /** Another function or promise of the graph that alone can settle what is waited for. */
  #wakerOf(from: number, holder: Holder): number | null {
    if (holder.kind !== 'suspended' || holder.generators.length !== 1) return null
    const generator = holder.generators[0] as number
    return generator !== from && this.#links.functions.has(generator) ? generator : null
  }

  /** Functions that only their caller awaits are one task with it: by function, the chain, innermost first. */
  #joinChains(links: readonly WaitLink[], inCycle: ReadonlySet<number>): Map<number, number[]> {
    const { functions } = this.#links
    const into = new Map<number, number>()
    const outOf = new Map<number, number>()
    for (const { from, to } of links) {
      into.set(to, (into.get(to) ?? 0) + 1)
      outOf.set(from, (outOf.get(from) ?? 0) + 1)
    }
    const inner = new Map<number, number>()
    const isInner = new Set<number>()
    for (const { from, to, via } of links) {
      if (via !== null || !functions.has(from) || !functions.has(to) || inCycle.has(from) || inCycle.has(to)) continue
      if (into.get(to) !== 1 || outOf.get(from) !== 1) continue
      inner.set(from, to)
      isInner.add(to)
    }
    const chains = new Map<number, number[]>()
    for (const generator of functions.keys()) {
      if (isInner.has(generator)) continue
      const chain: number[] = []
      for (let at: number | undefined = generator; at !== undefined; at = inner.get(at)) chain.push(at)
      chain.reverse()
      for (const each of chain) chains.set(each, chain)
    }
    return chains
  }

  #idOf(node: number, stacks: ReadonlyMap<number, number[]>): number {
    const chain = stacks.get(node)
    const key = chain?.at(-1) ?? this.#leafKey(node)
    let id = this.#ids.get(key)
    if (id === undefined) {
      id = this.#nodes.length + 1
      this.#ids.set(key, id)
      this.#nodes.push(Object.freeze(this.#nodeOf(id, node, chain)))
    }
    return id
  }

  /** Promises that one object will settle in one way end in one leaf: an emitter's events are apart. */
  #leafKey(promise: number): number {
    const holder = this.#holders.get(promise)
    if (holder === undefined || !('node' in holder) || holder.kind === 'promise') return promise
    const way = `${holder.node} ${this.#leaves.get(promise)?.label}`
    const first = this.#firstOf.get(way) ?? promise
    this.#firstOf.set(way, first)
    return first
  }

  #nodeOf(id: number, node: number, chain: readonly number[] | undefined): WaitNode {
    const base = { id, task: null, threadId: this.#threadId }
    if (chain !== undefined) {
      const stack = chain.map((generator) => this.#frames.get(generator)).filter((frame) => frame !== undefined)
      const outermost = stack.at(-1)?.name ?? '<anonymous>'
      const label = outermost.startsWith('<') ? outermost : `${outermost}()`
      return { ...base, kind: 'task', label, stack: Object.freeze(stack), leaf: null }
    }
    const leaf = this.#leaves.get(node)
    if (leaf !== undefined) return { ...base, kind: leaf.kind, label: leaf.label, stack: [], leaf }
    const feed = this.#links.feedsInto.get(node)?.[0]
    const callback = feed?.callback ?? NONE
    if (feed === undefined || callback === NONE) {
      return { ...base, kind: 'promise', label: feed?.via ?? 'promise', stack: [], leaf: null }
    }
    const frame = definitionOf(this.#capture.heap, callback, this.#scripts)
    return { ...base, kind: 'task', label: `.${feed.via ?? 'then'}(${frame.name})`, stack: [frame], leaf: null }
  }
}

/** Every node of the heap that stands in a ring of waiting: these are not joined into chains. */
function functionsInCycles(links: readonly WaitLink[]): Set<number> {
  const numbers = new Map<number, number>()
  const numberOf = (node: number) => {
    const number = numbers.get(node) ?? numbers.size + 1
    numbers.set(node, number)
    return number
  }
  const edges = links.map(({ from, to, via }) => ({ from: numberOf(from), to: numberOf(to), via }))
  const inCycle = new Set(findCycles(numbers.size, edges).flat())
  return new Set([...numbers].filter(([, number]) => inCycle.has(number)).map(([node]) => node))
}

/** `Promise.all (index 2)` before `Promise.all (index 10)`. */
function compareVia(a: string | null, b: string | null): number {
  return (a ?? '').localeCompare(b ?? '', 'en', { numeric: true })
}

function isCertain({ via }: { readonly via: string | null }): boolean {
  return via === null || !MAY_GO_ON.test(via)
}
