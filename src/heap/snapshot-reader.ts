import { HeapGraph, type HeapTables } from './heap-graph.js'
import type { Location } from './heap-view.js'

/** What a snapshot's head says of the columns of its tables. Source: V8's heap-snapshot-generator.cc. */
interface Head {
  readonly meta: {
    readonly node_fields: readonly string[]
    readonly node_types: readonly [readonly string[], ...unknown[]]
    readonly edge_fields: readonly string[]
    readonly edge_types: readonly [readonly string[], ...unknown[]]
    readonly location_fields: readonly string[]
  }
  readonly node_count: number
  readonly edge_count: number
}

/** Why a text is not read as a heap snapshot. */
export class SnapshotError extends Error {
  readonly reason: 'no snapshot' | 'cut short' | 'malformed'

  constructor(reason: SnapshotError['reason']) {
    super(`the heap snapshot cannot be read: ${reason}`)
    this.name = 'SnapshotError'
    this.reason = reason
  }
}

type Section = 'head' | 'between' | 'nodes' | 'edges' | 'locations' | 'strings' | 'skipped'

/** Strings hold the program's own data and sources: only their beginnings are kept. */
const MAX_STRING = 1_000
/** V8 writes less than 2,000 characters before the first table. */
const MAX_HEAD = 65_536
/** As many as an `ArrayBuffer` of numbers can have (Node 20). */
const MAX_ROWS = 2 ** 30 - 1
/** What V8 and Node's writers begin with, apart from spaces. */
const BEGINNING = '{"snapshot":{'
const QUOTE = 34
const BACKSLASH = 92
const CLOSE = 93
const ZERO = 48
const NINE = 57

/** Reads a heap snapshot as it comes in, piece by piece, into typed arrays: the text as a whole is never held. */
export class SnapshotReader {
  #section: Section = 'head'
  #text = ''
  #head: Head | null = null
  #tables: HeapTables | null = null
  #column = 0
  #row = 0
  #value = -1
  #columns: readonly (Uint32Array | Uint8Array | null)[] = []
  #strings: string[] = []
  #isInString = false
  #isEscaped = false
  #isFull = false
  #isWhole = false
  #numbers: number[] = []

  write(chunk: string): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#section === 'head') at = this.#readHead(chunk, at)
      else if (this.#section === 'between') at = this.#readName(chunk, at)
      else if (this.#section === 'strings') at = this.#readStrings(chunk, at)
      else at = this.#readNumbers(chunk, at)
    }
  }

  /** @throws {SnapshotError} if the text is not a whole snapshot. */
  end(): HeapGraph {
    const tables = this.#tables
    if (tables === null) throw new SnapshotError(isBeginning(this.#text) ? 'cut short' : 'no snapshot')
    // V8 writes the strings last.
    if (!this.#isWhole) throw new SnapshotError('cut short')
    if (!areSound(tables)) throw new SnapshotError('malformed')
    const locations = new Map<number, Location>()
    const nodeFields = this.#head?.meta.node_fields.length ?? 1
    for (let i = 0; i + 3 < this.#numbers.length; i += 4) {
      const [node = 0, scriptId = 0, line = 0, column = 0] = this.#numbers.slice(i, i + 4)
      locations.set(node / nodeFields, { scriptId, line: line + 1, column: column + 1 })
    }
    return new HeapGraph(tables, this.#strings, locations)
  }

  #readHead(chunk: string, at: number): number {
    const before = this.#text.length
    this.#text += chunk.slice(at)
    const end = this.#text.indexOf('"nodes":[')
    if (!isBeginning(this.#text) || (end === -1 && this.#text.length > MAX_HEAD)) throw new SnapshotError('no snapshot')
    if (end === -1) return chunk.length
    const json = this.#text.slice(this.#text.indexOf('{', 1), this.#text.lastIndexOf('}', end) + 1)
    const head = headOf(json)
    this.#head = head
    const { node_count: nodes, edge_count: edges, meta } = head
    const tables: HeapTables = {
      nodeTypeNames: meta.node_types[0],
      edgeTypeNames: meta.edge_types[0],
      nodeCount: nodes,
      nodeFieldCount: meta.node_fields.length,
      nodeTypes: new Uint8Array(nodes),
      nodeNames: new Uint32Array(nodes),
      nodeIds: new Uint32Array(nodes),
      nodeSizes: new Uint32Array(nodes),
      nodeEdgeCounts: new Uint32Array(nodes),
      edgeTypes: new Uint8Array(edges),
      edgeNames: new Uint32Array(edges),
      edgeTargets: new Uint32Array(edges),
    }
    this.#tables = tables
    this.#begin('nodes')
    this.#text = ''
    return at + end + '"nodes":['.length - before
  }

  #readName(chunk: string, at: number): number {
    const open = chunk.indexOf('[', at)
    this.#text += open === -1 ? chunk.slice(at) : chunk.slice(at, open)
    if (open === -1) return chunk.length
    const name = /"(\w+)":\s*$/.exec(this.#text)?.[1]
    this.#text = ''
    this.#begin(name === 'edges' || name === 'locations' || name === 'strings' ? name : 'skipped')
    return open + 1
  }

  #begin(section: Section): void {
    this.#section = section
    this.#row = 0
    this.#column = 0
    this.#value = -1
    const tables = this.#tables as HeapTables
    const fields = section === 'nodes' ? this.#head?.meta.node_fields : this.#head?.meta.edge_fields
    const known: Record<string, Uint8Array | Uint32Array> =
      section === 'nodes'
        ? {
            type: tables.nodeTypes,
            name: tables.nodeNames,
            id: tables.nodeIds,
            self_size: tables.nodeSizes,
            edge_count: tables.nodeEdgeCounts,
          }
        : { type: tables.edgeTypes, name_or_index: tables.edgeNames, to_node: tables.edgeTargets }
    this.#columns = (fields ?? []).map((field) => known[field] ?? null)
  }

  #readNumbers(chunk: string, start: number): number {
    const columns = this.#columns
    const width = columns.length
    const isTable = this.#section === 'nodes' || this.#section === 'edges'
    let value = this.#value
    let at = start
    for (; at < chunk.length; at++) {
      const code = chunk.charCodeAt(at)
      if (code >= ZERO && code <= NINE) {
        value = value === -1 ? code - ZERO : value * 10 + code - ZERO
        continue
      }
      if (value !== -1) {
        if (isTable) {
          const column = columns[this.#column]
          if (column != null) column[this.#row] = value
          if (++this.#column === width) {
            this.#column = 0
            this.#row++
          }
        } else if (this.#section === 'locations') this.#numbers.push(value)
        value = -1
      }
      if (code === CLOSE) {
        this.#section = 'between'
        this.#value = -1
        return at + 1
      }
    }
    this.#value = value
    return at
  }

  #readStrings(chunk: string, start: number): number {
    let from = start
    for (let at = start; at < chunk.length; at++) {
      const code = chunk.charCodeAt(at)
      if (!this.#isInString) {
        if (code === QUOTE) {
          this.#isInString = true
          this.#isFull = false
          from = at + 1
        } else if (code === CLOSE) {
          this.#section = 'between'
          this.#isWhole = true
          return at + 1
        }
      } else if (this.#isEscaped) this.#isEscaped = false
      else if (code === BACKSLASH) {
        this.#isEscaped = true
        if (!this.#isFull) this.#keep(chunk.slice(from, at))
        from = at
      } else if (code === QUOTE) {
        if (!this.#isFull) this.#text += chunk.slice(from, at)
        this.#endString()
      }
    }
    if (this.#isInString && !this.#isFull) this.#text += chunk.slice(from)
    return chunk.length
  }

  /** Cuts a long string off before an escape sequence, never inside of one. */
  #keep(piece: string): void {
    this.#text += piece
    this.#isFull = this.#text.length > MAX_STRING
  }

  #endString(): void {
    this.#isInString = false
    const raw = this.#text
    this.#text = ''
    this.#strings.push(
      raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string).slice(0, MAX_STRING) : raw.slice(0, MAX_STRING),
    )
  }
}

function isBeginning(text: string): boolean {
  const beginning = text.slice(0, 2 * BEGINNING.length).replace(/\s/g, '')
  return beginning.startsWith(BEGINNING) || BEGINNING.startsWith(beginning)
}

function headOf(json: string): Head {
  let head: Head
  try {
    head = JSON.parse(json) as Head
  } catch {
    throw new SnapshotError('no snapshot')
  }
  const { meta, node_count: nodes, edge_count: edges } = head
  const isSound =
    [nodes, edges].every((count) => Number.isInteger(count) && count >= 0 && count <= MAX_ROWS) &&
    [meta?.node_fields, meta?.edge_fields, meta?.node_types?.[0], meta?.edge_types?.[0]].every(Array.isArray)
  if (!isSound) throw new SnapshotError('malformed')
  return head
}

/** Whether each node has its edges, and each edge leads to a node. */
function areSound({ nodeCount, nodeFieldCount, nodeEdgeCounts, edgeTargets }: HeapTables): boolean {
  let edges = 0
  for (const count of nodeEdgeCounts) edges += count
  const end = nodeCount * nodeFieldCount
  return edges === edgeTargets.length && edgeTargets.every((target) => target < end && target % nodeFieldCount === 0)
}
