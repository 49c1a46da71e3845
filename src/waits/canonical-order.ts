import { ascending, orderedBy } from './number-order.js'

/** The nodes of a graph that are to be put in order, from 0. */
export interface OrderedNodes {
  /** Of 32 bits. Nodes with a smaller one come first. */
  readonly ranks: readonly number[]
  /** What each says of itself. Nodes with the same rank need not have the same text. */
  readonly texts: readonly string[]
}

/** From one node to another, in three lists of the same length. */
export interface OrderedEdges {
  readonly from: readonly number[]
  readonly to: readonly number[]
  readonly labels: readonly string[]
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
export function canonicalOrder(nodes: OrderedNodes, edges: OrderedEdges): Int32Array {
  const neighbours = neighboursOf(nodes.ranks.length, edges)
  const { order, classes } = refined(nodes, neighbours)
  const met = metInWalk(order, classes, neighbours)
  const places = new Int32Array(order.length)
  // Each class has its nodes next to each other.
  for (let start = 0; start < order.length; ) {
    const first = classes[order[start] as number] as number
    let end = start + 1
    while (end < order.length && classes[order[end] as number] === first) end++
    const inClass = end - start === 1 ? null : orderedBy(order.subarray(start, end), met)
    for (let place = start; place < end; place++) {
      places[(inClass === null ? order[place] : inClass[place - start]) as number] = place
    }
    start = end
  }
  return places
}

/** The neighbours of all nodes, one node's after the other's. */
interface Neighbours {
  /** By node: where its own begin; one more at the end. */
  readonly starts: Int32Array
  readonly nodes: Int32Array
  /** Of the label and the direction. */
  readonly ways: Int32Array
}

function neighboursOf(count: number, { from, to, labels }: OrderedEdges): Neighbours {
  const starts = new Int32Array(count + 1)
  for (const list of [from, to]) for (const node of list) starts[node + 1] = (starts[node + 1] as number) + 1
  for (let node = 0; node < count; node++) starts[node + 1] = (starts[node + 1] as number) + (starts[node] as number)
  const next = starts.slice()
  const nodes = new Int32Array(from.length * 2)
  const ways = new Int32Array(from.length * 2)
  const hashes = new Map<string, number>()
  const add = (node: number, neighbour: number, way: number) => {
    const at = next[node] as number
    next[node] = at + 1
    nodes[at] = neighbour
    ways[at] = way
  }
  for (let edge = 0; edge < from.length; edge++) {
    const hash = hashIn(hashes, labels[edge] as string)
    add(from[edge] as number, to[edge] as number, hash)
    add(to[edge] as number, from[edge] as number, mixed(hash, 1))
  }
  return { starts, nodes, ways }
}

interface Refined {
  /** The nodes by class. */
  readonly order: Int32Array
  /** Of each node: the place of the first one of its class. */
  readonly classes: Int32Array
}

function refined({ ranks, texts }: OrderedNodes, { starts, nodes, ways }: Neighbours): Refined {
  const count = ranks.length
  const known = new Map<string, number>()
  let hashes = new Int32Array(count)
  for (let node = 0; node < count; node++) hashes[node] = hashIn(known, texts[node] as string)
  const order = ascending(count)
  const classes = new Int32Array(count)
  let open = splitRange(order, { start: 0, end: count }, Int32Array.from(ranks), classes)
  let work = 0
  for (let hasSplit = true; hasSplit && open.length > 0 && work < MOST_WORK; ) {
    hasSplit = false
    const next: Range[] = []
    for (const range of open) {
      const parts = splitRange(order, range, hashes, classes)
      hasSplit ||= parts.length !== 1 || parts[0]?.end !== range.end || parts[0].start !== range.start
      for (const part of parts) next.push(part)
      work += range.end - range.start
    }
    open = next
    // The first round tells only what the nodes say of themselves, and what comes from far away splits nothing for a while.
    hasSplit ||= work <= count
    const finer = new Int32Array(count)
    for (let node = 0; node < count; node++) {
      let sum = 0
      const end = starts[node + 1] as number
      for (let at = starts[node] as number; at < end; at++) {
        sum = (sum + mixed(hashes[nodes[at] as number] as number, ways[at] as number)) | 0
      }
      finer[node] = mixed(hashes[node] as number, sum)
    }
    hashes = finer
  }
  return { order, classes }
}

interface Range {
  readonly start: number
  readonly end: number
}

/** Sorts the nodes at some places, and gives those with the same key a class. @returns the ranges with several nodes. */
function splitRange(order: Int32Array, { start, end }: Range, keys: Int32Array, classes: Int32Array): Range[] {
  const nodes = order.subarray(start, end)
  nodes.set(orderedBy(nodes, keys))
  const ranges: Range[] = []
  let first = start
  for (let place = start; place < end; place++) {
    const node = order[place] as number
    if (place > start && keys[node] !== keys[order[place - 1] as number]) {
      if (place - first > 1) ranges.push({ start: first, end: place })
      first = place
    }
    classes[node] = first
  }
  if (end - first > 1) ranges.push({ start: first, end })
  return ranges
}

/** When a walk comes to each node that begins with the first one and goes on to its neighbours, those of the first classes first. */
function metInWalk(order: Int32Array, classes: Int32Array, { starts, nodes, ways }: Neighbours): Int32Array {
  const met = new Int32Array(order.length).fill(-1)
  const queue = new Int32Array(order.length)
  let count = 0
  const meet = (node: number) => {
    if (met[node] !== -1) return
    met[node] = count
    queue[count++] = node
  }
  const classAt = (at: number) => classes[nodes[at] as number] as number
  const compare = (a: number, b: number) => classAt(a) - classAt(b) || (ways[a] as number) - (ways[b] as number)
  let next = 0
  for (const start of order) {
    meet(start)
    for (; next < count; next++) {
      const node = queue[next] as number
      const from = starts[node] as number
      const end = starts[node + 1] as number
      if (end - from === 1) meet(nodes[from] as number)
      else if (end - from === 2) {
        const isInOrder = compare(from, from + 1) <= 0
        meet(nodes[isInOrder ? from : from + 1] as number)
        meet(nodes[isInOrder ? from + 1 : from] as number)
      } else {
        const around = Array.from({ length: end - from }, (_, i) => from + i).sort(compare)
        for (const at of around) meet(nodes[at] as number)
      }
    }
  }
  return met
}

function hashIn(known: Map<string, number>, text: string): number {
  let hash = known.get(text)
  if (hash === undefined) {
    hash = hashOf(text)
    known.set(text, hash)
  }
  return hash
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
