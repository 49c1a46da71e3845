import type { Timer } from '../model/resource.js'
import { type HeapView, NONE } from './heap-view.js'
import type { NodeClasses } from './node-classes.js'

/**
 * The active timers of a heap, by node. Node keeps the timers of one delay in a ring with a `TimersList`, and the lists in an
 * object by their delay; one that has run or was cleared is in no ring (Node 20 to 26). How much time is left stands in
 * numbers, which a snapshot does not have.
 */
export function timersIn(heap: HeapView, classes: NodeClasses): ReadonlyMap<number, Timer> {
  const lists = new Map<number, number>()
  for (const { node: timer, held: next } of heap.nodesWith('_idleNext')) {
    const isActive = heap.typeOf(timer) === 'object' && heap.typeOf(next) === 'object'
    if (!isActive || classes.classOf(timer) !== 'Timeout') continue
    const list = listOf(heap, timer)
    if (list !== NONE) lists.set(timer, list)
  }
  const delays = delaysOf(heap, new Set(lists.values()))
  const timers = new Map<number, Timer>()
  for (const [timer, list] of lists) {
    // A number has no edge, `null` has one.
    const repeats = heap.child(timer, '_repeat') === NONE
    timers.set(timer, { kind: 'timer', delayMs: delays.get(list) ?? null, remainingMs: null, repeats })
  }
  return timers
}

function listOf(heap: HeapView, timer: number): number {
  const seen = new Set<number>()
  for (let at = timer; at !== NONE && !seen.has(at); at = heap.child(at, '_idleNext')) {
    if (heap.nameOf(at) === 'TimersList') return at
    seen.add(at)
  }
  return NONE
}

function delaysOf(heap: HeapView, lists: ReadonlySet<number>): Map<number, number> {
  const delays = new Map<number, number>()
  for (const [list, retainers] of heap.retainersOf(lists)) {
    const listed = retainers.find(({ type, node }) => type === 'element' && heap.nameOf(node) === 'Object')
    if (listed !== undefined) delays.set(list, Number(listed.name))
  }
  return delays
}
