import { addTo } from '../model/lists-by-key.js'

/** Lists of what has the same key, in the order in which the keys first come. */
export function grouped<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, [T, ...T[]]> {
  const groups = new Map<K, [T, ...T[]]>()
  for (const item of items) {
    const key = keyOf(item)
    addTo(groups, key, item)
  }
  return groups
}
