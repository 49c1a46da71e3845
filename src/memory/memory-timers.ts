import { NONE } from '../heap/heap-view.js'
import { NodeClasses } from '../heap/node-classes.js'
import type { Timer } from '../model/resource.js'
import type { MemoryHeap } from './memory-heap.js'

/** When the next timer is due, and what the time is: both by the same clock. */
export interface LoopTime {
  readonly dueMs: number
  readonly nowMs: number
}

const MOST_TIMERS = 10_000_000

/**
 * The active timers, by node. Node keeps the timers of one delay in a ring with a `TimersList`, whose `msecs` is the delay
 * (Node 20 to 26).
 *
 * @param clock null if it is not known: nor is then how much time remains.
 */
export function memoryTimers(heap: MemoryHeap, clock: LoopTime | null): ReadonlyMap<number, Timer> {
  const timers = new Map<number, Timer>()
  const classes = new NodeClasses(heap)
  const lists = heap.instancesWith('priorityQueuePosition').filter((list) => classes.classOf(list) === 'TimersList')
  // A list that has been emptied may not have been collected yet.
  const used = lists.filter((list) => heap.child(list, '_idleNext') !== list)
  const nextMs = used[0] === undefined ? Number.NaN : nextExpiryOf(heap, used[0])
  /** By the clock of timers, which begins with the thread. */
  const nowMs = clock === null ? Number.NaN : nextMs + (clock.nowMs - clock.dueMs)
  for (const list of used) addRing(list)
  return timers

  function addRing(list: number): void {
    const delayMs = heap.properties.numberOf(list, 'msecs')
    let at = heap.child(list, '_idleNext')
    for (let count = 0; count < MOST_TIMERS && at !== NONE && at !== list && !timers.has(at); count++) {
      const repeats = !Number.isNaN(heap.properties.numberOf(at, '_repeat'))
      const known = Number.isNaN(delayMs) ? null : delayMs
      const remainingMs = Math.round(heap.properties.numberOf(at, '_idleStart') + delayMs - nowMs)
      const remains = Number.isFinite(remainingMs) ? Math.max(0, remainingMs) : null
      timers.set(at, { kind: 'timer', delayMs: known, remainingMs: remains, repeats })
      at = heap.child(at, '_idleNext')
    }
  }
}

/** For when Node has set its timer: a variable of the module that makes the lists (Node 20 to 26). `NaN` if it is not found. */
function nextExpiryOf(heap: MemoryHeap, list: number): number {
  const maker = heap.child(heap.child(list, '__proto__'), 'constructor')
  const scope = heap.child(maker, 'context')
  return scope === NONE ? Number.NaN : heap.numberInScope(scope, 'nextExpiry')
}
