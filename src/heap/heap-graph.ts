import { type HeapEdge, type HeapView, type Location, NONE } from './heap-view.js'

/** The tables of a heap snapshot, a row a node or edge. */
export interface HeapTables {
  readonly nodeTypeNames: readonly string[]
  readonly edgeTypeNames: readonly string[]
  readonly nodeCount: number
  readonly nodeFieldCount: number
  readonly nodeTypes: Uint8Array
  readonly nodeNames: Uint32Array
  readonly nodeIds: Uint32Array
  /** In bytes. */
  readonly nodeSizes: Uint32Array
  readonly nodeEdgeCounts: Uint32Array
  readonly edgeTypes: Uint8Array
  readonly edgeNames: Uint32Array
  /** As the snapshot has it: the place of the node's first field in the table. */
  readonly edgeTargets: Uint32Array
}

const REACTION = 'system / PromiseReaction'

/** The objects of a heap snapshot. Nodes are row numbers. */
export class HeapGraph implements HeapView {
  readonly nodeCount: number
  readonly #tables: HeapTables
  readonly #strings: readonly string[]
  readonly #locations: ReadonlyMap<number, Location>
  readonly #firstEdge: Uint32Array
  readonly #stringIds = new Map<string, number>()
  #scriptUrls: ReadonlyMap<number, string> | null = null
  #urlsOf: () => ReadonlyMap<number, string> = () => new Map()
  readonly #weak: number
  readonly #element: number
  readonly #hidden: number
  #firstRetainer: Uint32Array | null = null
  #retainers = new Uint32Array(0)
  #promises: ReadonlySet<number> | null = null

  constructor(tables: HeapTables, strings: readonly string[], locations: ReadonlyMap<number, Location>) {
    this.#tables = tables
    this.#strings = strings
    this.#locations = locations
    this.nodeCount = tables.nodeCount
    const { nodeEdgeCounts, edgeTargets, nodeFieldCount, edgeTypeNames } = tables
    this.#firstEdge = new Uint32Array(tables.nodeCount + 1)
    for (let node = 0, edge = 0; node < tables.nodeCount; node++) {
      edge += nodeEdgeCounts[node] as number
      this.#firstEdge[node + 1] = edge
    }
    for (let edge = 0; edge < edgeTargets.length; edge++) {
      edgeTargets[edge] = (edgeTargets[edge] as number) / nodeFieldCount
    }
    this.#weak = edgeTypeNames.indexOf('weak')
    this.#element = edgeTypeNames.indexOf('element')
    this.#hidden = edgeTypeNames.indexOf('hidden')
  }

  nameOf(node: number): string {
    return this.#strings[this.#tables.nodeNames[node] as number] ?? ''
  }

  typeOf(node: number): string {
    return this.#tables.nodeTypeNames[this.#tables.nodeTypes[node] as number] ?? ''
  }

  /** The number by which the process knows the object, as long as it lives. */
  idOf(node: number): number {
    return this.#tables.nodeIds[node] as number
  }

  /** In bytes, without what it refers to. */
  sizeOf(node: number): number {
    return this.#tables.nodeSizes[node] as number
  }

  nodeOfId(id: number): number {
    return this.#tables.nodeIds.indexOf(id)
  }

  locationOf(node: number): Location | null {
    return this.#locations.get(node) ?? null
  }

  /** @param urlsOf gives the URLs of scripts by V8's number: asked once, if the heap does not tell a name. */
  nameScripts(urlsOf: () => ReadonlyMap<number, string>): void {
    this.#urlsOf = urlsOf
  }

  scriptUrlOf(fn: number): string {
    this.#scriptUrls ??= this.#urlsOf()
    return this.#scriptUrls.get(this.locationOf(fn)?.scriptId ?? NONE) ?? ''
  }

  child(node: number, name: string): number {
    const wanted = this.#stringId(name)
    if (wanted === undefined || node === NONE) return NONE
    const { edgeNames, edgeTypes, edgeTargets } = this.#tables
    for (let edge = this.#firstEdge[node] as number; edge < (this.#firstEdge[node + 1] as number); edge++) {
      if (edgeNames[edge] !== wanted) continue
      const type = edgeTypes[edge]
      if (type !== this.#element && type !== this.#hidden) return edgeTargets[edge] as number
    }
    return NONE
  }

  edges(node: number): HeapEdge[] {
    const found: HeapEdge[] = []
    for (let edge = this.#firstEdge[node] as number; edge < (this.#firstEdge[node + 1] as number); edge++) {
      if (this.#tables.edgeTypes[edge] !== this.#weak) found.push(this.#edge(edge))
    }
    return found
  }

  /** By node: its place in an array. */
  placesIn(array: number): Map<number, number> {
    const places = new Map<number, number>()
    if (array === NONE) return places
    for (const { type, name, node } of this.edges(array)) if (type === 'element') places.set(node, Number(name))
    return places
  }

  *nodesWith(name: string): Generator<{ node: number; held: number }> {
    const wanted = this.#stringId(name)
    if (wanted === undefined) return
    const { edgeNames, edgeTypes, edgeTargets } = this.#tables
    for (let node = 0; node < this.nodeCount; node++) {
      for (let edge = this.#firstEdge[node] as number; edge < (this.#firstEdge[node + 1] as number); edge++) {
        if (edgeNames[edge] !== wanted) continue
        const type = edgeTypes[edge]
        if (type === this.#element || type === this.#hidden) continue
        yield { node, held: edgeTargets[edge] as number }
        break
      }
    }
  }

  retainersOf(nodes: Iterable<number>): Map<number, readonly HeapEdge[]> {
    const found = new Map<number, readonly HeapEdge[]>()
    for (const node of nodes) if (!found.has(node)) found.set(node, this.#retainersOf(node))
    return found
  }

  isPromise(node: number): boolean {
    this.#promises ??= this.#findPromises()
    return this.#promises.has(node)
  }

  *awaitedPromises(): Generator<{ promise: number; reaction: number }> {
    for (const { node, held } of this.nodesWith('reactions_or_result')) {
      if (this.nameOf(held) === REACTION) yield { promise: node, reaction: held }
    }
  }

  *closuresOf(builtin: RegExp): Generator<number> {
    for (const { node, held: code } of this.nodesWith('code')) {
      if (this.typeOf(node) === 'closure' && builtin.test(this.#builtinIn(code))) yield node
    }
  }

  builtinOf(closure: number): string {
    return this.#builtinIn(this.child(closure, 'code'))
  }

  #builtinIn(code: number): string {
    return /^\((\w+) builtin (?:handle|code)\)$/.exec(this.nameOf(code))?.[1] ?? ''
  }

  /** A pending promise that nothing waits for refers to nothing: it is known by the prototype that it shares. */
  #findPromises(): ReadonlySet<number> {
    const found = new Set<number>()
    for (const { node } of this.nodesWith('reactions_or_result')) found.add(node)
    const prototypes = new Set([...found].map((promise) => this.child(promise, '__proto__')))
    prototypes.delete(NONE)
    for (const { node, held } of this.nodesWith('__proto__')) {
      if (prototypes.has(held) && !prototypes.has(node)) found.add(node)
    }
    return found
  }

  #retainersOf(node: number): readonly HeapEdge[] {
    const first = this.#firstRetainer ?? this.#indexRetainers()
    const found: HeapEdge[] = []
    for (let at = first[node] as number; at < (first[node + 1] as number); at++) {
      const edge = this.#retainers[at] as number
      found.push({ ...this.#edge(edge), node: this.#holderOf(edge) })
    }
    return found
  }

  /** The strings are many and the names that are asked for few. */
  #stringId(text: string): number | undefined {
    const known = this.#stringIds.get(text)
    if (known !== undefined) return known
    const id = this.#strings.indexOf(text)
    if (id === -1) return undefined
    this.#stringIds.set(text, id)
    return id
  }

  #edge(edge: number): HeapEdge {
    const { edgeTypes, edgeNames, edgeTargets, edgeTypeNames } = this.#tables
    const type = edgeTypes[edge] as number
    const name = edgeNames[edge] as number
    const isIndex = type === this.#element || type === this.#hidden
    return {
      type: edgeTypeNames[type] ?? '',
      name: isIndex ? String(name) : (this.#strings[name] ?? ''),
      node: edgeTargets[edge] as number,
    }
  }

  #indexRetainers(): Uint32Array {
    const { edgeTargets, edgeTypes } = this.#tables
    const first = new Uint32Array(this.nodeCount + 1)
    for (let edge = 0; edge < edgeTargets.length; edge++) {
      if (edgeTypes[edge] !== this.#weak) add(first, (edgeTargets[edge] as number) + 1, 1)
    }
    for (let node = 0; node < this.nodeCount; node++) add(first, node + 1, first[node] as number)
    const next = first.slice()
    this.#retainers = new Uint32Array(first[this.nodeCount] as number)
    for (let edge = 0; edge < edgeTargets.length; edge++) {
      if (edgeTypes[edge] === this.#weak) continue
      const target = edgeTargets[edge] as number
      this.#retainers[next[target] as number] = edge
      add(next, target, 1)
    }
    this.#firstRetainer = first
    return first
  }

  #holderOf(edge: number): number {
    let low = 0
    let high = this.nodeCount
    while (low < high - 1) {
      const middle = (low + high) >>> 1
      if ((this.#firstEdge[middle] as number) <= edge) low = middle
      else high = middle
    }
    return low
  }
}

function add(counts: Uint32Array, at: number, count: number): void {
  counts[at] = (counts[at] as number) + count
}
