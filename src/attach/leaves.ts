import { STREAMS } from '../engine/active-resources.js'
import { classOf } from '../heap/class-of.js'
import { shownNameOf } from '../heap/functions.js'
import type { HeapGraph } from '../heap/heap-graph.js'
import { leafOfHolder, operationLeaf, suspendedLeaf, throughText } from '../heap/holder-leaf.js'
import type { Holder } from '../heap/holders.js'
import type { Leaf } from '../model/leaf.js'
import type { HeapCapture } from './heap-capture.js'
import { type HandleFacts, handleFacts, type TimerTimes, timerTimes } from './in-target.js'
import type { Target } from './target.js'

/** What is at the bottom: by the node of the object that would wake, or of the promise itself. */
export async function leavesOf(
  target: Target,
  capture: HeapCapture,
  holders: ReadonlyMap<number, Holder>,
  functionOf: (generator: number) => number,
): Promise<Map<number, Leaf>> {
  const { heap } = capture
  const timers = nodesOf(holders, 'timer')
  const handles = nodesOf(holders, 'handle')
  const times = await target.callForValue<TimerTimes[]>(
    capture.held,
    timerTimes,
    timers.map((node) => capture.timerIndices.get(node)),
  )
  const facts = await target.callForValue<HandleFacts[]>(
    capture.held,
    handleFacts,
    handles.map((node) => capture.handleIndices.get(node)),
  )
  const timesOf = new Map(timers.map((node, i) => [node, times[i]]))
  const factsOf = new Map(handles.map((node, i) => [node, facts[i]]))
  const leaves = new Map<number, Leaf>()
  for (const [promise, holder] of holders) {
    const leaf = leafOf(heap, holder, timesOf, factsOf, functionOf)
    if (leaf !== null) leaves.set(promise, Object.freeze(leaf))
  }
  return leaves
}

function nodesOf(holders: ReadonlyMap<number, Holder>, kind: Holder['kind']): number[] {
  const nodes = [...holders.values()].flatMap((holder) =>
    holder.kind === kind && 'node' in holder ? [holder.node] : [],
  )
  return [...new Set(nodes)]
}

function leafOf(
  heap: HeapGraph,
  holder: Holder,
  timesOf: ReadonlyMap<number, TimerTimes | undefined>,
  factsOf: ReadonlyMap<number, HandleFacts | undefined>,
  functionOf: (generator: number) => number,
): Leaf | null {
  switch (holder.kind) {
    case 'timer':
      return timerLeaf(timesOf.get(holder.node), throughText(holder))
    case 'handle':
      return handleLeaf(classOf(heap.nameOf(holder.node)), factsOf.get(holder.node), throughText(holder))
    case 'suspended':
      return suspendedLeaf(holder.generators.map((each) => shownNameOf(heap, functionOf(each))))
    case 'nobody':
      return { kind: 'promise', label: 'promise whose resolver was not found', createdAt: null }
    default:
      return leafOfHolder(heap, holder)
  }
}

/** @param through what stands between, for the end of the label. */
export function timerLeaf(times: TimerTimes | undefined, through: string): Leaf {
  const base = { createdAt: null }
  if (times === undefined || times.delayMs < 0) return { ...base, kind: 'timer', label: `timer${through}` }
  const { delayMs, repeats } = times
  const remainingMs = Math.max(0, Math.round(times.remainingMs))
  const name = repeats ? 'setInterval' : 'setTimeout'
  return {
    ...base,
    kind: 'timer',
    label: `${name} ${delayMs} ms, ${remainingMs} ms remaining${through}`,
    delayMs,
    remainingMs,
  }
}

export function handleLeaf(name: string, facts: HandleFacts | undefined, through: string): Leaf {
  const base = { createdAt: null }
  const remote = facts?.remote ?? null
  const local = facts?.local ?? null
  if (facts?.pid != null) {
    const child = `child process ${facts.pid}${facts.file === null ? '' : ` ${facts.file}`}`
    const of = facts.childStream === null ? '' : `${STREAMS[facts.childStream] ?? 'a pipe'} of `
    return { ...base, kind: 'process', label: `${of}${child}${through}` }
  }
  if (facts?.stream != null) return { ...base, kind: 'file', label: `${STREAMS[facts.stream]}${through}` }
  if (facts?.threadId != null) return { ...base, kind: 'worker', label: `worker ${facts.threadId}${through}` }
  const addresses = { ...(local === null ? {} : { local }), ...(remote === null ? {} : { remote }) }
  if (/Server$/.test(name)) return { ...base, kind: 'server', label: `server ${local ?? ''}${through}`, ...addresses }
  if (facts?.isPipe === true && remote === null) {
    return { ...base, kind: 'socket', label: `pipe${local === null ? '' : ` ${local}`}${through}`, ...addresses }
  }
  if (facts?.isUdp === true) {
    return { ...base, kind: 'socket', label: `UDP socket ${remote ?? local ?? ''}`.trimEnd() + through, ...addresses }
  }
  if (remote !== null || /Socket|TCP|Pipe/.test(name)) {
    const where = remote ?? (local === null ? 'not connected' : `${local}, not connected`)
    return { ...base, kind: 'socket', label: `socket ${where}${through}`, ...addresses }
  }
  return operationLeaf(name, through)
}
