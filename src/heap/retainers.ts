import { type HeapEdge, type HeapView, NONE } from './heap-view.js'

/** A search that needs retainers: it yields the nodes whose retainers it needs next, and goes on once they are known. */
export type Asking<T> = Generator<Iterable<number>, T, void>

/** So many searches run together: each keeps a queue of its own. */
const MOST_TOGETHER = 2_000

/** The retainers that searches asked for. A node is looked up once, and all open searches are answered together. */
export class Retainers {
  readonly #heap: HeapView
  readonly #known = new Map<number, readonly HeapEdge[]>()
  readonly #isOutOfTime: () => boolean
  #isOver = false

  /** @param isOutOfTime from then on nothing is looked up. */
  constructor(heap: HeapView, isOutOfTime: () => boolean = () => false) {
    this.#heap = heap
    this.#isOutOfTime = isOutOfTime
  }

  /** Some retainers were not looked up: that there are none says nothing any more. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** @param soon gives nodes that the search will probably need next: they are looked up with this one. */
  *of(node: number, soon?: () => Iterable<number>): Asking<readonly HeapEdge[]> {
    const known = this.#known.get(node)
    if (known !== undefined) return known
    yield soon === undefined ? [node] : [node, ...soon()]
    return this.#known.get(node) ?? []
  }

  /** A node that refers to another one by a field or property of the name; `NONE` if there is none. */
  *holderBy(node: number, field: string): Asking<number> {
    if (node === NONE) return NONE
    return (yield* this.of(node)).find(({ name }) => name === field)?.node ?? NONE
  }

  /** The names of the variables and properties that hold some nodes. */
  *namesOf(nodes: readonly number[]): Asking<readonly string[]> {
    const names: string[] = []
    for (const node of nodes) {
      for (const { type, name } of yield* this.of(node, () => nodes)) {
        if (type === 'context' || type === 'property') names.push(name)
      }
    }
    return names
  }

  /** Runs a search by itself. */
  answer<T>(search: Asking<T>): T {
    return this.answerAll([search])[0] as T
  }

  /** Runs searches side by side, level by level. */
  answerAll<T>(searches: readonly Asking<T>[]): T[] {
    const answers: T[] = []
    for (let start = 0; start < searches.length; start += MOST_TOGETHER) {
      answers.push(...this.#answerTogether(searches.slice(start, start + MOST_TOGETHER)))
    }
    return answers
  }

  #answerTogether<T>(searches: readonly Asking<T>[]): T[] {
    const answers: T[] = []
    let open = [...searches.entries()]
    while (open.length > 0) {
      const wanted = new Set<number>()
      open = open.filter(([at, search]) => {
        const { done, value } = search.next()
        if (done === true) answers[at] = value
        else for (const node of value) if (!this.#known.has(node)) wanted.add(node)
        return done !== true
      })
      this.#look(wanted)
    }
    return answers
  }

  #look(wanted: ReadonlySet<number>): void {
    if (wanted.size === 0) return
    this.#isOver ||= this.#isOutOfTime()
    if (this.#isOver) return
    const found = this.#heap.retainersOf(wanted)
    for (const node of wanted) this.#known.set(node, inOrder(this.#heap, found.get(node) ?? []))
  }
}

/** Sorting more takes longer than it tells. */
const MOST_SORTED = 1_000

/** By what holds the node, and how: in which order a heap has them depends on where V8 has put them. */
function inOrder(heap: HeapView, edges: readonly HeapEdge[]): readonly HeapEdge[] {
  if (edges.length < 2 || edges.length > MOST_SORTED) return edges
  const keyed = edges.map((edge) => ({ edge, key: keyOf(heap, edge) }))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))).map(({ edge }) => edge)
}

function keyOf(heap: HeapView, { type, name, node }: HeapEdge): string {
  const holder = heap.typeOf(node)
  const place = holder === 'closure' ? heap.locationOf(node) : null
  const at = place === null ? '' : `${heap.scriptUrlOf(node)} ${place.line} ${place.column}`
  return `${type} ${name} ${holder} ${heap.nameOf(node)} ${at}`
}
