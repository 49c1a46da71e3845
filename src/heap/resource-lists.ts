import { type HeapView, NONE } from './heap-view.js'

/** What a path of properties leads to; `NONE` if it leads nowhere. */
export function atPath(heap: HeapView, node: number, path: string): number {
  return path.split('.').reduce((at, name) => heap.child(at, name), node)
}

/** The objects in an array, a set, the values of a map, or a plain object. Keys of a map are among them if they are objects. */
export function entriesOf(heap: HeapView, collection: number): number[] {
  return indexedEntries(heap, collection).map(({ node }) => node)
}

interface Entry {
  readonly name: string
  readonly node: number
}

function indexedEntries(heap: HeapView, collection: number): Entry[] {
  if (collection === NONE) return []
  const table = heap.child(collection, 'table')
  const isList = table !== NONE || heap.nameOf(collection) !== 'Object'
  return heap.edges(table === NONE ? collection : table).filter(({ type, name, node }) => {
    const isEntry =
      type === 'element' ||
      (table !== NONE && type === 'internal' && /^\d+$/.test(name)) ||
      (!isList && type === 'property' && name !== '__proto__')
    return isEntry && heap.typeOf(node) === 'object'
  })
}

/** The parts that the entries of a list stand for. @param item the path to them; with `.*` at its end, to a list of them. */
export function itemsOf(heap: HeapView, collection: number, item?: string): number[] {
  const entries = entriesOf(heap, collection)
  if (item === undefined) return entries
  const isList = item.endsWith(LIST)
  const path = isList ? item.slice(0, -LIST.length) : item
  const found = entries.map((entry) => atPath(heap, entry, path)).filter((each) => each !== NONE)
  return isList ? found.flatMap((list) => entriesOf(heap, list)) : found
}

const LIST = '.*'

/** The first entry of a ring buffer: the one behind a gap, or of all if there is none between them. `NONE` if it is empty. */
export function firstInRing(heap: HeapView, owner: number, path: string): number {
  const entries = indexedEntries(heap, atPath(heap, owner, path))
    .map(({ name, node }) => ({ at: Number(name), node }))
    .sort((a, b) => a.at - b.at)
  const behindGap = entries.find(({ at }, i) => i > 0 && at - (entries[i - 1]?.at ?? at) > 1)
  return (behindGap ?? entries[0])?.node ?? NONE
}
