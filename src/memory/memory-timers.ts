import { NONE } from '../heap/heap-view.js'
import { NodeClasses } from '../heap/node-classes.js'
import type { Timer } from '../model/resource.js'
import type { MemoryHeap } from './memory-heap.js'

const MOST_TIMERS = 10_000_000

/**
 * The active timers, by node. Node keeps the timers of one delay in a ring with a `TimersList`, whose `msecs` is the delay
 * (Node 20 to 26).
 */
export function memoryTimers(heap: MemoryHeap): ReadonlyMap<number, Timer> {
  const timers = new Map<number, Timer>()
  const classes = new NodeClasses(heap)
  for (const list of heap.instancesWith('priorityQueuePosition')) addRing(list)
  return timers

  function addRing(list: number): void {
    if (classes.classOf(list) !== 'TimersList') return
    const delayMs = heap.properties.numberOf(list, 'msecs')
    let at = heap.child(list, '_idleNext')
    for (let count = 0; count < MOST_TIMERS && at !== NONE && at !== list && !timers.has(at); count++) {
      const repeats = !Number.isNaN(heap.properties.numberOf(at, '_repeat'))
      const known = Number.isNaN(delayMs) ? null : delayMs
      timers.set(at, { kind: 'timer', delayMs: known, remainingMs: null, repeats })
      at = heap.child(at, '_idleNext')
    }
  }
}
