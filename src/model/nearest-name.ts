/** The known name that a mistyped one most likely means; null where none is near. */
export function nearestName(typed: string, known: readonly string[]): string | null {
  let nearest: string | null = null
  let least = Math.min(3, Math.ceil(typed.length / 2)) + 1
  for (const name of known) {
    const distance = editDistance(typed.toLowerCase(), name.toLowerCase())
    if (distance >= least) continue
    least = distance
    nearest = name
  }
  return nearest ?? known.find((name) => isPartOf(typed, name)) ?? null
}

const SHORTEST_PART = 4

/** `stacks` for `includeStacks`. */
function isPartOf(typed: string, name: string): boolean {
  return typed.length >= SHORTEST_PART && name.toLowerCase().includes(typed.toLowerCase())
}

/** How many characters to insert, drop, replace, or swap with their neighbour. Source: optimal string alignment. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3) return Number.POSITIVE_INFINITY
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      const [above, left, corner] = [last[j] as number, row[j - 1] as number, last[j - 1] as number]
      let distance = Math.min(above + 1, left + 1, corner + cost)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwap) distance = Math.min(distance, (beforeLast[j - 2] as number) + 1)
      row.push(distance)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] as number
}
