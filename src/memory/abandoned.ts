import type { MemoryHeap } from './memory-heap.js'

/** What so many objects lead to is taken for alive. */
const MOST_ANCESTORS = 200
const MOST_LEVELS = 24

/** A promise, and all objects that lead to it as far as was looked. */
interface Island {
  readonly promise: number
  readonly nodes: Set<number>
  frontier: number[]
  isAlive: boolean
}

/**
 * Which of some promises are garbage that V8 has yet to collect. That is certain where few objects lead to one, and to
 * none of these objects anything else: nothing in the heap, and no word in the rest of the process's memory, where Node
 * and V8 keep handles. All promises are looked at together, level by level.
 */
export function abandonedOf(heap: MemoryHeap, promises: Iterable<number>): ReadonlySet<number> {
  const islands = [...promises].map(
    (promise): Island => ({ promise, nodes: new Set([promise]), frontier: [promise], isAlive: false }),
  )
  for (let level = 0; level < MOST_LEVELS; level++) {
    const open = islands.filter(({ isAlive, frontier }) => !isAlive && frontier.length > 0)
    if (open.length === 0) break
    const holders = heap.holdersOf(new Set(open.flatMap(({ frontier }) => frontier)))
    for (const island of open) climb(island, holders)
  }
  const closed = islands.filter(({ isAlive, frontier }) => !isAlive && frontier.length === 0)
  const held = heap.wordsOutside(new Set(closed.flatMap(({ nodes }) => [...nodes])))
  return new Set(closed.filter(({ nodes }) => ![...nodes].some((node) => held.has(node))).map(({ promise }) => promise))
}

function climb(island: Island, holdersOf: ReturnType<MemoryHeap['holdersOf']>): void {
  const next: number[] = []
  for (const node of island.frontier) {
    const found = holdersOf.get(node)
    if (found === undefined) continue
    if (found.isOpen) island.isAlive = true
    for (const holder of found.holders) {
      if (island.nodes.has(holder)) continue
      island.nodes.add(holder)
      next.push(holder)
    }
  }
  island.frontier = next
  if (island.nodes.size > MOST_ANCESTORS) island.isAlive = true
}
