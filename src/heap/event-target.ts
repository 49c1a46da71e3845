import { classOf } from './class-of.js'
import { type HeapView, NONE } from './heap-view.js'
import type { Asking, Retainers } from './retainers.js'

const MAX_LISTENERS = 256

/**
 * What a listener of an `EventTarget` listens for: Node keeps the listeners of an event in a list, and the lists in
 * a map by the event's name, which is at the place before in the map's table (Node 20 to 26).
 *
 * @returns the event's name and the target; null where the node is no listener of Node's.
 */
export function* eventOfListener(
  heap: HeapView,
  retainers: Retainers,
  listener: number,
): Asking<{ event: string; target: number } | null> {
  let head = listener
  for (let count = 0; classOf(heap.nameOf(head)) === 'Listener'; count++) {
    if (count === MAX_LISTENERS) return null
    head = yield* retainers.holderBy(head, 'next')
    if (head === NONE) return null
  }
  for (const { node: table, name, type } of yield* retainers.of(head)) {
    if (type !== 'internal' || !/^\d+$/.test(name)) continue
    const key = heap.child(table, String(Number(name) - 1))
    const target = yield* retainers.holderBy(yield* retainers.holderBy(table, 'table'), '<symbol kEvents>')
    if (key !== NONE && target !== NONE && heap.typeOf(key) === 'string') {
      return { event: heap.nameOf(key), target }
    }
  }
  return null
}

/** Node 20 makes its signals without their constructor. */
export function classOfTarget(heap: HeapView, target: number): string {
  const name = classOf(heap.nameOf(target))
  return name === 'EventTarget' && heap.child(target, '<symbol kAborted>') !== NONE ? 'AbortSignal' : name
}
