/**
 * What tells items apart that are shown alike, such as three groups of tasks in the same function.
 *
 * @param shown what is shown of an item anyway.
 * @param lines more of it, the most telling first: frames of its stack, then of its creation path.
 * @returns for each item the lines by which it differs from those shown alike; null if it needs none, or there are none.
 */
export function distinctionsOf<T>(
  items: readonly T[],
  shown: (item: T) => string,
  lines: (item: T) => readonly string[],
): (string | null)[] {
  const told: string[][] = items.map(() => [])
  const open = [...groupedBy([...items.keys()], (i) => shown(items[i] as T))].map((alike) => ({ alike, line: 0 }))
  const linesOf = items.map(lines)
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { alike } = next
    if (alike.length < 2) continue
    const lineOf = (i: number) => linesOf[i]?.[line]
    const most = alike.reduce((length, i) => Math.max(length, linesOf[i]?.length ?? 0), 0)
    let { line } = next
    while (line < most && alike.every((i) => lineOf(i) === lineOf(alike[0] as number))) line++
    if (line >= most) continue
    for (const i of alike) {
      const text = lineOf(i)
      if (text !== undefined) told[i]?.push(text)
    }
    for (const part of groupedBy(alike, (i) => lineOf(i) ?? '')) open.push({ alike: part, line: line + 1 })
  }
  return told.map((texts) => (texts.length === 0 ? null : texts.join(' · ')))
}

function groupedBy(positions: readonly number[], keyOf: (position: number) => string): Iterable<number[]> {
  const groups = new Map<string, number[]>()
  for (const position of positions) {
    const key = keyOf(position)
    const known = groups.get(key)
    if (known === undefined) groups.set(key, [position])
    else known.push(position)
  }
  return groups.values()
}
