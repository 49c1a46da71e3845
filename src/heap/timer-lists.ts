import type { Timer } from '../model/resource.js'
import { type HeapGraph, NONE } from './heap-graph.js'
import type { NodeClasses } from './node-classes.js'

/**
 * The active timers of a heap, by node. Node keeps the timers of one delay in a ring with a `TimersList`, and the lists in an
 * object by their delay; one that has run or was cleared is in no ring (Node 20 to 26). How much time is left stands in
 * numbers, which a snapshot does not have.
 */
export function timersIn(heap: HeapGraph, classes: NodeClasses): ReadonlyMap<number, Timer> {
  const timers = new Map<number, Timer>()
  for (const { node: timer, held: next } of heap.nodesWith('_idleNext')) {
    const isActive = heap.typeOf(timer) === 'object' && heap.typeOf(next) === 'object'
    if (!isActive || classes.classOf(timer) !== 'Timeout') continue
    const list = listOf(heap, timer)
    if (list === NONE) continue
    // A number has no edge, `null` has one.
    const repeats = heap.child(timer, '_repeat') === NONE
    timers.set(timer, { kind: 'timer', delayMs: delayOf(heap, list), remainingMs: null, repeats })
  }
  return timers
}

function listOf(heap: HeapGraph, timer: number): number {
  const seen = new Set<number>()
  for (let at = timer; at !== NONE && !seen.has(at); at = heap.child(at, '_idleNext')) {
    if (heap.nameOf(at) === 'TimersList') return at
    seen.add(at)
  }
  return NONE
}

function delayOf(heap: HeapGraph, list: number): number | null {
  const listed = heap.retainers(list).find(({ type, node }) => type === 'element' && heap.nameOf(node) === 'Object')
  return listed === undefined ? null : Number(listed.name)
}
