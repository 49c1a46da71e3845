import { sourceLine } from '../engine/source-text.js'
import { deadlockNames } from '../format/deadlock-names.js'
import type { Frame } from '../model/frame.js'
import { isProgramFrame } from '../model/package-of.js'
import type { AwaitedThing, TestWork, WaitingCall } from '../model/test-report.js'
import type { WaitGraph, WaitNode } from '../model/wait-graph.js'
import { begunWork } from '../record/begun-work.js'
import { originOfPromise } from '../record/present.js'
import { AWAIT, type Wait } from '../record/wait.js'
import { scopeOf, type WorkScope } from '../record/work-scope.js'
import type { Behind } from '../waits/graph.js'
import { framesOf } from '../waits/net.js'
import { momentOfWaits } from '../walk/moment.js'
import type { PresentWait } from '../walk/present-wait.js'
import { recordedWaits } from '../walk/present-waits.js'

/** Whether async functions that were begun in a scope may be pending: some of them may be garbage. */
export function mayFunctionsWait(scope: WorkScope): boolean {
  return begunWork.waits().some((wait) => wait.kind === AWAIT && isOf(scope, wait))
}

function isOf(scope: WorkScope, wait: Wait): boolean {
  return wait.waiter !== null && scopeOf(originOfPromise(wait.waiter)) === scope
}

/** The pending functions and callbacks that were begun in a scope, and what they wait for. By the records alone. */
export function waitingCalls(scope: WorkScope): Pick<TestWork, 'waiting' | 'deadlocks'> {
  const recorded = recordedWaits(begunWork.waits().flatMap(({ waiter }) => waiter ?? []))
  const waits = around(recorded, (wait) => isOf(scope, wait))
  if (waits.length === 0) return { waiting: [], deadlocks: [] }
  const { graph, behind } = momentOfWaits(waits)
  const calls = graph.nodes.flatMap((node) => callOf(scope, graph, node, behind.get(node.id)))
  const shown = new Set(calls.map(({ id }) => id))
  const cycles = graph.cycles.filter((cycle) => cycle.some((id) => shown.has(id)))
  return { waiting: calls.map(({ call }) => call), deadlocks: deadlockNames({ ...graph, cycles }, 'relative') }
}

/** Waits, with all that they wait for, and what else waits for the same. */
function around(all: readonly PresentWait[], isWanted: (wait: PresentWait) => boolean): PresentWait[] {
  const wanted = new Set(all.filter(isWanted))
  if (wanted.size === 0) return []
  const byPromise = new Map<object, PresentWait[]>()
  const add = (promise: object, wait: PresentWait) => {
    const known = byPromise.get(promise)
    if (known === undefined) byPromise.set(promise, [wait])
    else known.push(wait)
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

interface CallOfNode {
  readonly id: number
  readonly call: WaitingCall
}

function callOf(scope: WorkScope, graph: WaitGraph, node: WaitNode, behind: Behind | undefined): CallOfNode[] {
  const own = ownParts(scope, behind)
  const frames = own.flatMap((part) => part.frames)
  const innermost = frames.at(-1)
  if (innermost === undefined || !frames.some(isProgramFrame)) return []
  const createdAt = node.task?.createdAt ?? null
  // The runner calls the test function and its hooks; with node:test, the call of `test()` leads to them.
  const isTest = own[0]?.wait === scope.awaits || createdAt === null || !isProgramFrame(createdAt)
  const isTestItself = isTest && frames.length === 1
  const [first = null] = frames
  const call: WaitingCall = {
    frames: isTest && !isTestItself ? frames.slice(1) : frames,
    isTestItself,
    calledAt: isTestItself ? null : isTest ? first : createdAt,
    waitsFor: graph.edges.filter(({ from }) => from === node.id).map((edge) => awaited(graph, edge, innermost)),
  }
  return [{ id: node.id, call }]
}

/** Those of a node's functions or callbacks that were begun in the scope, outermost first. */
function ownParts(scope: WorkScope, behind: Behind | undefined): { wait: Wait; frames: readonly Frame[] }[] {
  if (behind?.kind === 'functions') {
    const parts = behind.chain.map((each) => ({ wait: each.id as Wait, frames: framesOf(each) }))
    return parts.filter(({ wait }) => isOf(scope, wait))
  }
  if (behind?.kind !== 'callbacks') return []
  const parts = behind.chain.settlings.map(({ callback }) => ({ wait: callback.id as Wait, frames: [callback.frame] }))
  return parts.filter(({ wait }) => isOf(scope, wait))
}

function awaited({ nodes }: WaitGraph, { to, via }: WaitGraph['edges'][number], innermost: Frame): AwaitedThing {
  const target = nodes.find(({ id }) => id === to)
  const leaf = target?.leaf ?? null
  if (leaf === null) {
    const label = target?.task == null ? (target?.label ?? 'promise') : withoutNumber(target)
    return { via, leaf: { kind: target?.task == null ? 'operation' : 'task', label, createdAt: null }, source: null }
  }
  const isMadeThere = leaf.kind === 'promise' && leaf.createdAt !== null
  const { filename, line } = innermost
  const source = isMadeThere && filename !== null && line !== null ? sourceLine(filename, line) : null
  return { via, leaf, source }
}

function withoutNumber({ label }: WaitNode): string {
  return label.replace(/^Task-\d+ /, '')
}
