import type { HeapView } from './heap-view.js'

/** What leads from the promise of `import()` to the module. */
export const IMPORT = 'import()'
const MODULE = 'system / SourceTextModule'

/**
 * The promises of `import()` that the end of a module with a top-level `await` brings. V8 lists on each module those that
 * import it and wait for it; one that was itself asked for by `import()` has the promise which that gave (Node 20 to 26).
 *
 * @param context of V8's function that goes on when the module has ended.
 */
export function importsOf(heap: HeapView, context: number): number[] {
  const module = modulesIn(heap, context)[0]
  const asked: number[] = []
  for (const each of new Importers(heap, module)) {
    const promise = heap.edges(each).find(({ node }) => heap.isPromise(node))
    if (promise !== undefined) asked.push(promise.node)
  }
  return asked
}

/** A module, those that import it, and so on. */
class Importers {
  readonly #heap: HeapView
  readonly #modules: Set<number>

  constructor(heap: HeapView, module: number | undefined) {
    this.#heap = heap
    this.#modules = new Set(module === undefined ? [] : [module])
  }

  *[Symbol.iterator](): Generator<number> {
    for (const module of this.#modules) {
      for (const importer of this.#importersOf(module)) this.#modules.add(importer)
      yield module
    }
  }

  /** The list stands behind the module that V8 takes for the root of a ring of imports. */
  #importersOf(module: number): number[] {
    const edges = this.#heap.edges(module)
    const root = edges.findIndex(({ node }) => this.#heap.nameOf(node) === MODULE)
    return root === -1 ? [] : edges.slice(root + 1).flatMap(({ node }) => modulesIn(this.#heap, node))
  }
}

function modulesIn(heap: HeapView, node: number): number[] {
  const held = heap.edges(node).map((edge) => edge.node)
  return held.filter((each) => heap.nameOf(each) === MODULE)
}
