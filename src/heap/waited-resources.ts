import type { HeapView } from './heap-view.js'
import { NONE } from './heap-view.js'
import { firstInRing } from './resource-lists.js'
import { type Climbed, type ClimbStep, stepsBelow } from './retainer-climb.js'
import type { Asking } from './retainers.js'
import { type KnownResource, WellKnownResources } from './well-known-resources.js'

/** A well-known resource that a search came to by way of its queue. */
export interface WaitedResource {
  readonly known: KnownResource
  /** The object, or the scope of the functions. */
  readonly node: number
  /** The same, or, of a resource with many queues, the one that is waited in. */
  readonly queue: number
  /** Of that queue; null if there is only one. */
  readonly key: string | null
  /** What one waits for. */
  readonly what: string
  /** Until all of its parts have been given back. */
  readonly needsAll: boolean
}

export class WaitedResources {
  readonly #heap: HeapView
  readonly #climbed: Climbed
  readonly #known: WellKnownResources

  constructor(climbed: Climbed) {
    this.#heap = climbed.heap
    this.#climbed = climbed
    this.#known = new WellKnownResources(climbed.heap)
  }

  /** The resource at a step of a search from a resolver; null if the resolver is not in its queue. */
  *at(step: ClimbStep): Asking<WaitedResource | null> {
    const { edge, below, node } = step
    if (edge === null || below === null || !this.#known.isField(edge.name)) return null
    const known = edge.type === 'context' ? yield* this.#ofScope(node, edge.name) : this.#known.ofObject(node)
    if (known === null) return null
    const entry = below.edge?.name ?? ''
    const field = known.queues[edge.name] === undefined ? `${edge.name}.${entry}` : edge.name
    const what = known.queues[field]
    if (what === undefined || this.#isServed(step, known)) return null
    const hasKey = known.key !== undefined
    return {
      known,
      node,
      queue: hasKey ? (below.below?.node ?? node) : node,
      key: hasKey ? entry : null,
      what,
      needsAll: known.untilAll?.includes(field) === true,
    }
  }

  *#ofScope(scope: number, variable: string): Asking<KnownResource | null> {
    const retainers = yield* this.#climbed.retainers.of(scope)
    const closure = retainers.find(({ node }) => this.#heap.typeOf(node) === 'closure')?.node ?? NONE
    return closure === NONE ? null : this.#known.ofScope(closure, variable)
  }

  /** The first in such a queue does not wait for its turn. */
  #isServed(step: ClimbStep, { parts }: KnownResource): boolean {
    if (!('first' in parts)) return false
    const first = firstInRing(this.#heap, step.node, parts.first)
    return [...stepsBelow(step)].some(({ node }) => node === first)
  }
}
