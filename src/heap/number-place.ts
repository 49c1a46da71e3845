import { type HeapView, NONE } from './heap-view.js'
import type { Holder } from './holder.js'
import { atPath } from './resource-lists.js'
import type { Climbed } from './retainer-climb.js'
import type { Asking } from './retainers.js'

/** A property or variable that has a number: a heap snapshot shows what refers to objects, and no numbers. */
export interface NumberPlace {
  /** An object, or a function that closes over the variable. */
  readonly node: number
  /** As V8 names it in a heap snapshot: `max`, `<symbol connections>`. */
  readonly name: string
  readonly isVariable: boolean
}

/** @param node an object, or a scope. @param path from it to the number. Null if the heap has no such object. */
export function* placeOfNumber(
  { heap, retainers }: Pick<Climbed, 'heap' | 'retainers'>,
  node: number,
  path: string,
): Asking<NumberPlace | null> {
  const at = path.lastIndexOf('.')
  const name = path.slice(at + 1)
  const owner = at === -1 ? node : atPath(heap, node, path.slice(0, at))
  if (owner === NONE) return null
  if (heap.typeOf(owner) === 'object') return { node: owner, name, isVariable: false }
  const closure = (yield* retainers.of(owner)).find((each) => heap.typeOf(each.node) === 'closure')
  return closure === undefined ? null : { node: closure.node, name, isVariable: true }
}

/** Each is looked for in the whole heap. */
const MOST_NUMBERS = 16

/** The numbers that tell of some holders: a few, of each resource once. */
export function placesIn(holders: Iterable<Holder>): NumberPlace[] {
  const places = new Set<NumberPlace>()
  for (const holder of holders) {
    if (holder.kind === 'resource' && holder.capacity !== null && places.size < MOST_NUMBERS)
      places.add(holder.capacity)
  }
  return [...places]
}

/** The same for an inspector, which knows objects by their ids. */
export function askedNumbers(heap: HeapView, places: readonly NumberPlace[]) {
  return places.map(({ node, name, isVariable }) => ({ heapId: heap.idOf(node), name, isVariable }))
}
