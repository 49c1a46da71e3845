import { sourceLine } from '../engine/source-text.js'
import { deadlockNames } from '../format/deadlock-names.js'
import type { Frame } from '../model/frame.js'
import { addTo } from '../model/lists-by-key.js'
import { isProgramFrame } from '../model/package-of.js'
import type { AwaitedThing, TestWork, WaitingCall } from '../model/test-report.js'
import type { WaitEdge, WaitGraph, WaitNode } from '../model/wait-graph.js'
import { begunWork } from '../record/begun-work.js'
import { originOfPromise } from '../record/present.js'
import { AWAIT, type Wait } from '../record/wait.js'
import { scopeOf, type WorkScope } from '../record/work-scope.js'
import type { Behind } from '../waits/graph.js'
import { framesOf } from '../waits/net.js'
import type { momentOfWaits } from '../walk/moment.js'
import type { PresentWait } from '../walk/present-wait.js'
import { recordedWaits } from '../walk/present-waits.js'

/** Whether async functions that were begun in a scope may be pending: some of them may be garbage. */
export function mayFunctionsWait(scope: WorkScope): boolean {
  return begunWork.waits().some((wait) => wait.kind === AWAIT && isOf(scope, wait))
}

function isOf(scope: WorkScope, wait: Wait): boolean {
  return wait.waiter !== null && scopeOf(originOfPromise(wait.waiter)) === scope
}

/** The pending functions and callbacks that were begun in a scope, and what they wait for, as far as `read` tells. */
export function waitingCalls(scope: WorkScope, read: typeof momentOfWaits): Pick<TestWork, 'waiting' | 'deadlocks'> {
  const recorded = recordedWaits(begunWork.waits().flatMap(({ waiter }) => waiter ?? []))
  const waits = around(recorded, (wait) => isOf(scope, wait))
  if (waits.length === 0) return { waiting: [], deadlocks: [] }
  const { graph, behind } = read(waits)
  const parts = graph.nodes.flatMap((node) => partOf(scope, node, behind.get(node.id)))
  const index = new GraphIndex(graph)
  const calls = joined(parts, index).map((chain) => callOf(chain, index))
  const shown = new Set(parts.map(({ node }) => node.id))
  const cycles = graph.cycles.filter((cycle) => cycle.some((id) => shown.has(id)))
  return { waiting: calls, deadlocks: deadlockNames({ ...graph, cycles }, 'relative') }
}

/** Waits, with all that they wait for, and what else waits for the same. */
function around(all: readonly PresentWait[], isWanted: (wait: PresentWait) => boolean): PresentWait[] {
  const wanted = new Set(all.filter(isWanted))
  if (wanted.size === 0) return []
  const byPromise = new Map<object, PresentWait[]>()
  const add = (promise: object, wait: PresentWait) => {
    addTo(byPromise, promise, wait)
  }
  for (const wait of all) {
    add(wait.of, wait)
    if (wait.waiter !== wait.of) add(wait.waiter, wait)
    if (wait.on !== wait.of) add(wait.on, wait)
    for (const candidate of wait.candidates ?? []) add(candidate, wait)
  }
  for (const { on } of wanted) for (const wait of byPromise.get(on) ?? []) wanted.add(wait)
  return all.filter((wait) => wanted.has(wait))
}

/** A node of the graph with its frames that are of the scope, outermost first. */
interface Part {
  readonly node: WaitNode
  /** Its outermost function is the one that the runner called. */
  readonly isTest: boolean
  readonly frames: readonly Frame[]
}

function partOf(scope: WorkScope, node: WaitNode, behind: Behind | undefined): Part[] {
  const own = ownParts(scope, behind)
  const frames = own.flatMap((part) => part.frames)
  return frames.some(isProgramFrame) ? [{ node, frames, isTest: own[0]?.wait === scope.awaits }] : []
}

/** The edges of each node: there may be thousands. */
class GraphIndex {
  readonly #nodes = new Map<number, WaitNode>()
  readonly #from = new Map<number, WaitEdge[]>()
  readonly #waiters = new Map<number, number>()

  constructor({ nodes, edges }: WaitGraph) {
    for (const node of nodes) this.#nodes.set(node.id, node)
    for (const edge of edges) {
      addTo(this.#from, edge.from, edge)
      this.#waiters.set(edge.to, this.waiters(edge.to) + 1)
    }
  }

  node(id: number): WaitNode | undefined {
    return this.#nodes.get(id)
  }

  edgesFrom(id: number | undefined): readonly WaitEdge[] {
    return (id === undefined ? undefined : this.#from.get(id)) ?? []
  }

  waiters(id: number): number {
    return this.#waiters.get(id) ?? 0
  }
}

/** Where a call waits for nothing but one other, for which nothing else waits, both are one: each list is outermost first. */
function joined(parts: readonly Part[], index: GraphIndex): Part[][] {
  const byId = new Map(parts.map((part) => [part.node.id, part]))
  const innerOf = new Map<Part, Part>()
  for (const part of parts) {
    const [only, ...others] = index.edgesFrom(part.node.id)
    const inner = only?.via === null && others.length === 0 ? byId.get(only.to) : undefined
    if (inner !== undefined && index.waiters(inner.node.id) === 1) innerOf.set(part, inner)
  }
  const inners = new Set(innerOf.values())
  const outermost = parts.filter((part) => !inners.has(part) || isInRing(part, innerOf))
  return outermost.map((part) => {
    const chain = [part]
    for (let inner = innerOf.get(part); inner !== undefined && !chain.includes(inner); inner = innerOf.get(inner)) {
      chain.push(inner)
    }
    return chain
  })
}

function isInRing(part: Part, innerOf: ReadonlyMap<Part, Part>): boolean {
  const seen = new Set<Part>()
  for (let inner = innerOf.get(part); inner !== undefined && !seen.has(inner); inner = innerOf.get(inner)) {
    if (inner === part) return true
    seen.add(inner)
  }
  return false
}

function callOf(chain: readonly Part[], index: GraphIndex): WaitingCall {
  const all = chain.flatMap(({ frames }) => frames)
  const createdAt = chain[0]?.node.task?.createdAt ?? null
  // The runner calls the test function and its hooks; with node:test, the call of `test()` leads to them.
  const isCalledByRunner = chain[0]?.isTest === true
  const isTest = isCalledByRunner || createdAt === null || !isProgramFrame(createdAt)
  const frames = isTest ? all.slice(all.findIndex(isProgramFrame)) : all
  const [first = null] = frames
  const isKnown = isCalledByRunner || createdAt !== null
  const isTestItself = isTest && frames.length === 1 && (isKnown || first?.name.startsWith('<') === true)
  const inner = chain.at(-1)?.node.id
  const innermost = frames.at(-1) ?? null
  return {
    frames: isTest && frames.length > 1 ? frames.slice(1) : frames,
    isTestItself,
    calledAt: !isTest ? createdAt : frames.length > 1 ? first : null,
    waitsFor: index.edgesFrom(inner).map((edge) => awaited(index, edge, innermost)),
  }
}

/** Those of a node's functions or callbacks that were begun in the scope, outermost first. */
function ownParts(
  scope: WorkScope,
  behind: Behind | undefined,
): { readonly wait: Wait; readonly frames: readonly Frame[] }[] {
  if (behind?.kind === 'functions') {
    const parts = behind.chain.map((each) => ({ wait: each.id as Wait, frames: framesOf(each) }))
    return parts.filter(({ wait }) => isOf(scope, wait))
  }
  if (behind?.kind !== 'callbacks') return []
  const parts = behind.chain.settlings.map(({ callback }) => ({ wait: callback.id as Wait, frames: [callback.frame] }))
  return parts.filter(({ wait }) => isOf(scope, wait))
}

function awaited(index: GraphIndex, { to, via }: WaitEdge, innermost: Frame | null): AwaitedThing {
  const target = index.node(to)
  const leaf = target?.leaf ?? null
  if (leaf === null) {
    const label = target?.task == null ? (target?.label ?? 'promise') : withoutNumber(target)
    return { via, leaf: { kind: target?.task == null ? 'operation' : 'task', label, createdAt: null }, source: null }
  }
  const isMadeThere = leaf.kind === 'promise' && leaf.createdAt !== null
  const { filename, line } = innermost ?? { filename: null, line: null }
  const source = isMadeThere && filename !== null && line !== null ? sourceLine(filename, line) : null
  return { via, leaf, source }
}

function withoutNumber({ label }: WaitNode): string {
  return label.replace(/^Task-\d+ /, '')
}
