import { classOf } from './class-of.js'
import { type HeapGraph, NONE } from './heap-graph.js'

const MAX_LISTENERS = 256

/**
 * What a listener of an `EventTarget` listens for: Node keeps the listeners of an event in a list, and the lists in
 * a map by the event's name, which is at the place before in the map's table (Node 20 to 26).
 *
 * @returns the event's name and the target; null where the node is no listener of Node's.
 */
export function eventOfListener(heap: HeapGraph, listener: number): { event: string; target: number } | null {
  let head = listener
  for (let count = 0; classOf(heap.nameOf(head)) === 'Listener'; count++) {
    if (count === MAX_LISTENERS) return null
    head = holderBy(heap, head, 'next')
    if (head === NONE) return null
  }
  for (const { node: table, name, type } of heap.retainers(head)) {
    if (type !== 'internal' || !/^\d+$/.test(name)) continue
    const key = heap.child(table, String(Number(name) - 1))
    const target = holderBy(heap, holderBy(heap, table, 'table'), '<symbol kEvents>')
    if (key !== NONE && target !== NONE && heap.typeOf(key) === 'string') {
      return { event: heap.nameOf(key), target }
    }
  }
  return null
}

/** Node 20 makes its signals without their constructor. */
export function classOfTarget(heap: HeapGraph, target: number): string {
  const name = classOf(heap.nameOf(target))
  return name === 'EventTarget' && heap.child(target, '<symbol kAborted>') !== NONE ? 'AbortSignal' : name
}

/** The node that holds another one in a field or property of the name. */
function holderBy(heap: HeapGraph, node: number, field: string): number {
  return node === NONE ? NONE : (heap.retainers(node).find(({ name }) => name === field)?.node ?? NONE)
}
