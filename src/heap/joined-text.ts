import { type HeapView, NONE } from './heap-view.js'

const MOST_PARTS = 1_000

/** The text of a string, also of one that V8 has joined from others; null for what is none. */
export function joinedText(heap: HeapView, string: number): string | null {
  const parts: string[] = []
  const open = [string]
  for (let count = 0; open.length > 0; count++) {
    const node = open.pop() as number
    if (node === NONE || count === MOST_PARTS) return null
    const type = heap.typeOf(node)
    if (type === 'string') parts.push(heap.nameOf(node))
    else if (type === 'concatenated string') open.push(heap.child(node, 'second'), heap.child(node, 'first'))
    else return null
  }
  return parts.join('')
}
