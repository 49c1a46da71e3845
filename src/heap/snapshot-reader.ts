import { HeapGraph, type HeapTables, type Location } from './heap-graph.js'

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

type Section = 'head' | 'between' | 'nodes' | 'edges' | 'locations' | 'strings' | 'skipped'

/** Strings hold the program's own data and sources: only their beginnings are kept. */
const MAX_STRING = 1_000
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

  /** @throws {Error} where the snapshot was cut off. */
  end(): HeapGraph {
    const tables = this.#tables
    if (tables === null || this.#strings.length === 0) throw new Error('the heap snapshot was cut off')
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
    if (end === -1) return chunk.length
    const json = this.#text.slice(this.#text.indexOf('{', 1), this.#text.lastIndexOf('}', end) + 1)
    const head = JSON.parse(json) as Head
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
        ? { type: tables.nodeTypes, name: tables.nodeNames, id: tables.nodeIds, edge_count: tables.nodeEdgeCounts }
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
