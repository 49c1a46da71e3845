import { NONE } from '../heap/heap-view.js'
import type { MemoryHeap } from './memory-heap.js'

/**
 * The function that a router of Express or connect called last for a request: `engine/dispatch-reading.ts` in the memory
 * of a process. `NONE` if there is no such router, or it does not tell.
 *
 * @param incoming Node's `IncomingMessage`.
 */
export function lastDispatchedIn(heap: MemoryHeap, incoming: number): number {
  const next = heap.child(incoming, 'next')
  if (next === NONE || heap.typeOf(next) !== 'closure') return NONE
  let scope = heap.child(next, 'context')
  for (let count = 0; count < MOST_SCOPES && scope !== NONE; count++) {
    const counts = ['idx', 'index'].map((name) => heap.numberInScope(scope, name))
    const called = counts.find((each) => Number.isInteger(each) && each > 0)
    const stack = heap.child(scope, 'stack')
    if (called !== undefined && stack !== NONE) return handleOf(heap, elementOf(heap, stack, called - 1))
    scope = heap.child(scope, 'previous')
  }
  return NONE
}

/** The scopes further out are the module's. */
const MOST_SCOPES = 2

function handleOf(heap: MemoryHeap, layer: number): number {
  if (layer === NONE) return NONE
  const route = heap.child(layer, 'route')
  if (route === NONE || heap.typeOf(route) !== 'object') return closure(heap, heap.child(layer, 'handle'))
  // A route calls its functions by itself: of several it is not known which.
  const stack = heap.child(route, 'stack')
  const [only, ...others] = stack === NONE ? [] : elementsOf(heap, stack)
  return only === undefined || others.length > 0 ? NONE : closure(heap, heap.child(only, 'handle'))
}

function closure(heap: MemoryHeap, node: number): number {
  return node !== NONE && heap.typeOf(node) === 'closure' ? node : NONE
}

function elementOf(heap: MemoryHeap, array: number, index: number): number {
  const found = heap.edges(array).find(({ type, name }) => type === 'element' && name === String(index))
  return found?.node ?? NONE
}

function elementsOf(heap: MemoryHeap, array: number): number[] {
  return heap
    .edges(array)
    .flatMap(({ type, node }) => (type === 'element' && heap.typeOf(node) === 'object' ? [node] : []))
}
