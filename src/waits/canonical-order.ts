/** A node of a graph that is to be put in order. */
export interface OrderedNode {
  /** Nodes with a smaller one come first. */
  readonly rank: number
  /** What it says of itself. Nodes with the same rank need not have the same text. */
  readonly text: string
}

export interface OrderedEdge {
  readonly from: number
  readonly to: number
  readonly label: string
}

/** So many nodes are looked at again, in all rounds together: a long row of nodes that are alike needs a round for each. */
const MOST_WORK = 4_000_000

/**
 * An order of the nodes of a graph that does not depend on the order in which they are given: by rank, and among those of one rank by
 * what lies around them. Nodes that are exchangeable get their places so that neighbours stay together.
 *
 * It refines the classes of nodes by the classes of their neighbours until nothing changes (colour refinement), then numbers those that
 * are left in a class in the order in which a walk meets them.
 *
 * @returns the place of each node, from 0.
 */
export function canonicalOrder(nodes: readonly OrderedNode[], edges: readonly OrderedEdge[]): number[] {
  const neighbours = neighboursOf(nodes.length, edges)
  const { order, classes } = refined(nodes, neighbours)
  const met = metInWalk(order, classes, neighbours)
  const places = new Array<number>(nodes.length).fill(0)
  const byPlace = [...order].sort(
    (a, b) => numberAt(classes, a) - numberAt(classes, b) || numberAt(met, a) - numberAt(met, b),
  )
  for (const [place, node] of byPlace.entries()) places[node] = place
  return places
}

interface Neighbour {
  readonly node: number
  /** Of the label and the direction. */
  readonly way: number
}

type Neighbours = readonly (readonly Neighbour[])[]

function neighboursOf(count: number, edges: readonly OrderedEdge[]): Neighbours {
  const neighbours: Neighbour[][] = Array.from({ length: count }, () => [])
  const hashes = new Map<string, number>()
  for (const { from, to, label } of edges) {
    let hash = hashes.get(label)
    if (hash === undefined) {
      hash = hashOf(label)
      hashes.set(label, hash)
    }
    neighbours[from]?.push({ node: to, way: hash })
    neighbours[to]?.push({ node: from, way: mixed(hash, 1) })
  }
  return neighbours
}

interface Refined {
  /** The nodes by class. */
  readonly order: readonly number[]
  /** Of each node: the place of the first one of its class. */
  readonly classes: readonly number[]
}

function refined(nodes: readonly OrderedNode[], neighbours: Neighbours): Refined {
  let hashes = nodes.map(({ text }) => hashOf(text))
  const order = nodes.map((_, node) => node).sort((a, b) => rankOf(nodes, a) - rankOf(nodes, b))
  const classes = new Array<number>(nodes.length).fill(0)
  let open = splitRange(order, 0, nodes.length, (node) => rankOf(nodes, node), classes)
  let work = 0
  for (let hasSplit = true; hasSplit && open.length > 0 && work < MOST_WORK; ) {
    hasSplit = false
    const known = hashes
    const next: Range[] = []
    for (const range of open) {
      const parts = splitRange(order, range.start, range.end, (node) => numberAt(known, node), classes)
      hasSplit ||= parts.length !== 1 || parts[0]?.end !== range.end || parts[0].start !== range.start
      next.push(...parts)
      work += range.end - range.start
    }
    open = next
    // The first round tells only what the nodes say of themselves.
    hasSplit ||= known === hashes && work <= nodes.length
    const around = neighbours.map((each) =>
      each.reduce((sum, { node, way }) => (sum + mixed(numberAt(known, node), way)) | 0, 0),
    )
    hashes = known.map((hash, node) => mixed(hash, numberAt(around, node)))
  }
  return { order, classes }
}

interface Range {
  readonly start: number
  readonly end: number
}

/** Sorts the nodes at some places, and gives those with the same key a class. @returns the ranges with several nodes. */
function splitRange(
  order: number[],
  start: number,
  end: number,
  keyOf: (node: number) => number,
  classes: number[],
): Range[] {
  const sorted = order.slice(start, end).sort((a, b) => keyOf(a) - keyOf(b))
  const ranges: Range[] = []
  let first = start
  for (const [i, node] of sorted.entries()) {
    const place = start + i
    order[place] = node
    if (i > 0 && keyOf(node) !== keyOf(numberAt(sorted, i - 1))) {
      if (place - first > 1) ranges.push({ start: first, end: place })
      first = place
    }
    classes[node] = first
  }
  if (end - first > 1) ranges.push({ start: first, end })
  return ranges
}

/** When a walk comes to each node that begins with the first one and goes on to its neighbours, those of the first classes first. */
function metInWalk(order: readonly number[], classes: readonly number[], neighbours: Neighbours): number[] {
  const met = new Array<number>(order.length).fill(-1)
  let count = 0
  for (const start of order) {
    if (met[start] !== -1) continue
    met[start] = count++
    const queue = [start]
    for (const node of queue) {
      const around = [...(neighbours[node] ?? [])]
      around.sort((a, b) => numberAt(classes, a.node) - numberAt(classes, b.node) || a.way - b.way)
      for (const { node: next } of around) {
        if (met[next] !== -1) continue
        met[next] = count++
        queue.push(next)
      }
    }
  }
  return met
}

function rankOf(nodes: readonly OrderedNode[], node: number): number {
  return nodes[node]?.rank ?? 0
}

function numberAt(numbers: readonly number[], at: number): number {
  return numbers[at] ?? 0
}

/** 32 bits (FNV-1a). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return mixed(hash, text.length)
}

function mixed(a: number, b: number): number {
  let hash = Math.imul(a ^ (b >>> 16) ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
