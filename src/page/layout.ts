import type { DrawnGraph } from './drawn-graph.js'

export const BOX_HEIGHT = 42
/** Of boxes, and between columns where lines have labels and where they have none: as wished, and the least. */
const BOX_WIDTH = { most: 256, least: 88 }
const WIDE_GAP = { most: 168, least: 40 }
const COLUMN_GAP = { most: 72, least: 24 }
/** Up to this number of boxes all columns are to be seen at once. Larger graphs are laid out to be zoomed into. */
const MOST_IN_WIDTH = 300
/** A layer is put into several columns only if there is room for boxes as wide as that. */
const COMFORTABLE = 180
const ROW_GAP = 14
const PART_GAP = 44
const SWEEPS = 4
const ROW = BOX_HEIGHT + ROW_GAP

/** Top left corners of the boxes, by position; and how far they reach. */
export interface Layout {
  readonly x: Float64Array
  readonly y: Float64Array
  readonly width: number
  readonly height: number
  readonly boxWidth: number
}

interface Columns {
  readonly boxWidth: number
  readonly gap: number
}

interface Part {
  readonly boxes: number[]
  width: number
  height: number
}

/**
 * Waiters to the left of what they wait for. Each connected part is laid out by itself in layers, a layer that is
 * too high in several columns; then the parts are put in rows, those with a deadlock first. About linear in boxes
 * plus edges (layers are sorted).
 *
 * @param room the width in which all columns are to be seen, as far as boxes can be so narrow.
 */
export function layoutOf(graph: DrawnGraph, room: number): Layout {
  const count = graph.boxes.length
  const x = new Float64Array(count)
  const y = new Float64Array(count)
  const neighbours = neighbourLists(graph)
  const layer = layersOf(graph, neighbours.next)
  const gaps = graph.edges.some(({ via }) => via !== null) ? WIDE_GAP : COLUMN_GAP
  const width = count > MOST_IN_WIDTH ? Number.POSITIVE_INFINITY : room
  const mostColumns = Math.floor((width + gaps.least) / (COMFORTABLE + gaps.least))
  const layered = partsOf(graph).map((boxes) => layersOfPart(boxes, layer, neighbours, mostColumns))
  const columns = columnsIn(
    width,
    layered.reduce((most, { columns }) => Math.max(most, columns), 1),
    gaps,
  )
  const parts = layered.map((part) => placePart(part, neighbours, columns, x, y))
  return { x, y, boxWidth: columns.boxWidth, ...packParts(parts, graph, x, y, width) }
}

/** Boxes and gaps as wide as the room allows. */
function columnsIn(room: number, count: number, gaps: typeof WIDE_GAP): Columns {
  const [most, least] = [
    count * BOX_WIDTH.most + (count - 1) * gaps.most,
    count * BOX_WIDTH.least + (count - 1) * gaps.least,
  ]
  const part = Math.min(1, Math.max(0, (room - least) / (most - least)))
  const between = (limits: typeof WIDE_GAP) => Math.floor(limits.least + part * (limits.most - limits.least))
  return { boxWidth: between(BOX_WIDTH), gap: between(gaps) }
}

interface Neighbours {
  readonly next: number[][]
  readonly previous: number[][]
}

function neighbourLists(graph: DrawnGraph): Neighbours {
  const next: number[][] = graph.boxes.map(() => [])
  const previous: number[][] = graph.boxes.map(() => [])
  for (const { from, to } of graph.edges) {
    if (from === to) continue
    next[from]?.push(to)
    previous[to]?.push(from)
  }
  return { next, previous }
}

/** The longest way from a waiter that nobody waits for; a cycle is cut at its first box. */
function layersOf(graph: DrawnGraph, next: readonly (readonly number[])[]): Int32Array {
  const count = graph.boxes.length
  const layer = new Int32Array(count)
  const open = new Int32Array(count)
  const isDone = new Uint8Array(count)
  for (const targets of next) for (const to of targets) open[to] = (open[to] ?? 0) + 1
  const queue: number[] = []
  const take = (box: number) => {
    isDone[box] = 1
    queue.push(box)
  }
  for (let box = 0; box < count; box++) if (open[box] === 0) take(box)
  let done = 0
  for (let cut = 0; cut <= count; cut++) {
    for (; done < queue.length; done++) {
      const box = queue[done] as number
      for (const to of next[box] ?? []) {
        if (isDone[to]) continue
        layer[to] = Math.max(layer[to] ?? 0, (layer[box] ?? 0) + 1)
        const left = (open[to] ?? 0) - 1
        open[to] = left
        if (left === 0) take(to)
      }
    }
    if (cut < count && !isDone[cut]) take(cut)
  }
  return layer
}

/** The connected parts. */
function partsOf(graph: DrawnGraph): number[][] {
  const parent = Int32Array.from(graph.boxes, (_, i) => i)
  const root = (box: number) => {
    let at = box
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] as number] as number
      at = parent[at] as number
    }
    return at
  }
  for (const { from, to } of graph.edges) parent[root(from)] = root(to)
  const parts = new Map<number, number[]>()
  for (let box = 0; box < parent.length; box++) {
    const own = root(box)
    const part = parts.get(own)
    if (part === undefined) parts.set(own, [box])
    else part.push(box)
  }
  return [...parts.values()]
}

interface LayeredPart {
  readonly boxes: number[]
  readonly layers: readonly number[][]
  /** The most boxes in one column. */
  readonly mostRows: number
  readonly columns: number
}

function layersOfPart(boxes: number[], layer: Int32Array, neighbours: Neighbours, mostColumns: number): LayeredPart {
  const layers: number[][] = []
  const lowest = boxes.reduce((least, box) => Math.min(least, layer[box] ?? 0), Number.POSITIVE_INFINITY)
  for (const box of boxes) {
    const own = (layer[box] ?? 0) - lowest
    const list = layers[own]
    if (list === undefined) layers[own] = [box]
    else list.push(box)
  }
  const filled = layers.filter((list) => list !== undefined)
  orderLayers(filled, neighbours)
  const columnsOf = (rows: number) => filled.reduce((sum, list) => sum + Math.ceil(list.length / rows), 0)
  let mostRows = Math.max(16, Math.ceil(Math.sqrt(boxes.length) * 2))
  while (columnsOf(mostRows) > Math.max(mostColumns, filled.length)) mostRows *= 2
  return { boxes, layers: filled, mostRows, columns: columnsOf(mostRows) }
}

function placePart(
  { boxes, layers, mostRows, columns: count }: LayeredPart,
  neighbours: Neighbours,
  { boxWidth, gap }: Columns,
  x: Float64Array,
  y: Float64Array,
): Part {
  const isWrapped = count > layers.length
  let column = 0
  for (const list of layers) {
    const columns = Math.ceil(list.length / mostRows)
    const rows = Math.ceil(list.length / columns)
    list.forEach((box, i) => {
      x[box] = (column + Math.floor(i / rows)) * (boxWidth + gap)
      y[box] = (i % rows) * ROW
    })
    column += columns
  }
  if (!isWrapped) straighten(layers, neighbours, y)
  let [top, bottom] = [Number.POSITIVE_INFINITY, 0]
  for (const box of boxes) top = Math.min(top, y[box] ?? 0)
  for (const box of boxes) {
    y[box] = (y[box] ?? 0) - top
    bottom = Math.max(bottom, y[box] ?? 0)
  }
  return { boxes, width: column * (boxWidth + gap) - gap, height: bottom + BOX_HEIGHT }
}

/** Few crossings: each layer is sorted by the mean position of its neighbours, there and back. */
function orderLayers(layers: readonly number[][], { next, previous }: Neighbours): void {
  const rank = new Map<number, number>()
  const rankIn = (list: readonly number[]) => list.forEach((box, i) => void rank.set(box, i / list.length))
  for (const list of layers) rankIn(list)
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isForward = sweep % 2 === 0
    const links = isForward ? previous : next
    for (const list of isForward ? layers : layers.toReversed()) {
      const wanted = new Map(list.map((box) => [box, mean(links[box] ?? [], rank, rank.get(box) ?? 0)]))
      list.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0))
      rankIn(list)
    }
  }
}

function mean(boxes: readonly number[], values: ReadonlyMap<number, number>, otherwise: number): number {
  if (boxes.length === 0) return otherwise
  return boxes.reduce((sum, box) => sum + (values.get(box) ?? 0), 0) / boxes.length
}

/** Boxes move towards the middle of their neighbours, as far as their order and distance allow. */
function straighten(layers: readonly number[][], { next, previous }: Neighbours, y: Float64Array): void {
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isForward = sweep % 2 === 0
    const links = isForward ? previous : next
    for (const list of isForward ? layers : layers.toReversed()) {
      const wanted = list.map((box) => {
        const around = links[box] ?? []
        if (around.length === 0) return y[box] ?? 0
        return around.reduce((sum, other) => sum + (y[other] ?? 0), 0) / around.length
      })
      let lowest = Number.NEGATIVE_INFINITY
      let excess = 0
      list.forEach((box, i) => {
        const at = Math.max(wanted[i] ?? 0, lowest)
        y[box] = at
        excess += at - (wanted[i] ?? 0)
        lowest = at + ROW
      })
      for (const box of list) y[box] = (y[box] ?? 0) - excess / list.length
    }
  }
}

/** Puts the parts in rows of about the same width, so that the whole is somewhat wider than high. */
function packParts(
  parts: Part[],
  graph: DrawnGraph,
  x: Float64Array,
  y: Float64Array,
  room: number,
): { width: number; height: number } {
  const isDeadlocked = (part: Part) => part.boxes.some((box) => graph.boxes[box]?.isDeadlocked)
  const order = parts
    .map((part) => ({ part, first: isDeadlocked(part) ? 0 : 1 }))
    .sort((a, b) => a.first - b.first || b.part.height - a.part.height || b.part.boxes.length - a.part.boxes.length)
  const area = parts.reduce((sum, part) => sum + (part.width + PART_GAP) * (part.height + PART_GAP), 0)
  const widest = parts.reduce((most, part) => Math.max(most, part.width), 0)
  const rowWidth = Math.max(widest, Number.isFinite(room) ? room : Math.sqrt(area * 1.6))
  let [left, top, rowHeight, width] = [0, 0, 0, 0]
  for (const { part } of order) {
    if (left > 0 && left + part.width > rowWidth) {
      left = 0
      top += rowHeight + PART_GAP
      rowHeight = 0
    }
    for (const box of part.boxes) {
      x[box] = (x[box] ?? 0) + left
      y[box] = (y[box] ?? 0) + top
    }
    left += part.width + PART_GAP
    width = Math.max(width, left - PART_GAP)
    rowHeight = Math.max(rowHeight, part.height)
  }
  return { width, height: top + rowHeight }
}
