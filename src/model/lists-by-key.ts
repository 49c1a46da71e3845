/** Adds to the list of a key. Most lists have one element: an array that begins empty takes room for seventeen. */
export function addTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}
