import { threadId } from 'node:worker_threads'
import { IMPORT } from '../heap/modules.js'
import type { Frame } from '../model/frame.js'
import type { Leaf } from '../model/leaf.js'
import type { WaitEdge, WaitGraph, WaitNode } from '../model/wait-graph.js'
import { type Chain, type Chains, isShown } from './chains.js'
import { findDeadlocks } from './cycles.js'
import type { Leaves } from './leaves.js'
import { type Moment, readMoment } from './moment.js'
import { isAwait, isTold, type PresentWait, RESOLVED_WITH, viaOf } from './present-wait.js'
import type { PresentWaits } from './present-waits.js'
import type { Running } from './running.js'

/** What waits for what in this thread. Nothing of the program's runs, and nothing of ours is listed. */
export function waitGraph(moment: Moment = readMoment()): WaitGraph {
  return new Graph(moment).build()
}

class Graph {
  readonly #waits: PresentWaits
  readonly #chains: Chains
  readonly #callbacks: readonly Chain[]
  readonly #leaves: Leaves
  readonly #now: Running
  readonly #nodes: WaitNode[] = []
  readonly #edges: WaitEdge[] = []
  readonly #nodeOf = new Map<object, number>()
  /** Promises whose own waits have yet to become edges. */
  readonly #open: { node: number; wait: PresentWait; via: readonly string[] }[] = []

  readonly #incomplete: string | null

  constructor({ now, waits, chains, callbacks, leaves, incomplete }: Moment) {
    this.#now = now
    this.#waits = waits
    this.#chains = chains
    this.#callbacks = callbacks
    this.#leaves = leaves
    this.#incomplete = incomplete
  }

  build(): WaitGraph {
    for (const chain of [...this.#chains.all, ...this.#callbacks]) {
      if (!isShown(chain, this.#waits)) continue
      if (this.#isRunning(chain)) {
        this.#chainNode(chain)
        continue
      }
      this.#open.push({ node: this.#chainNode(chain), wait: chain.innermost, via: [] })
    }
    for (const wait of this.#waits.all) {
      if (!isTold(wait)) continue
      const chain = this.#chains.behind(wait.of, this.#waits)
      this.#open.push({ node: chain === null ? this.#promiseNode(wait.of, []) : this.#chainNode(chain), wait, via: [] })
    }
    for (let next = this.#open.pop(); next !== undefined; next = this.#open.pop()) this.#follow(next)

    const cycles = findDeadlocks(this.#nodes.length, this.#edges)
    const incomplete = this.#incomplete
    return Object.freeze({
      nodes: Object.freeze(this.#nodes),
      edges: Object.freeze(this.#edges),
      cycles: Object.freeze(cycles.map((cycle) => Object.freeze(cycle))),
      ...(incomplete === null ? null : { incomplete }),
    })
  }

  /** The task that asks waits for nothing: what its outer functions await is running. */
  #isRunning(chain: Chain): boolean {
    return chain.innermost.on === this.#now.promise && chain.recordedTask.id === this.#now.task?.id
  }

  /** From a waiter along promises that nobody else waits for, to the next nodes. */
  #follow({ node: from, wait: first, via: before }: { node: number; wait: PresentWait; via: readonly string[] }): void {
    const via = [...before]
    const seen = new Set<object>()
    let wait = first
    for (;;) {
      const promise = wait.on
      const behind = this.#chains.behind(promise, this.#waits)
      // Functions of Node's that nobody of the program's awaits are led through: what they wait for counts.
      const chain = behind === null || !isShown(behind, this.#waits) ? null : behind
      const lead = viaOf(wait)
      if (lead === IMPORT) dropAdoptions(via)
      if (lead !== null && chain === behind) via.push(lead)
      const own = this.#leaves.isEvent(promise)
        ? []
        : this.#waits.waitsOf(promise).filter((other) => chain === null || !isAwait(other))
      const isBetween = chain === null && !this.#nodeOf.has(promise) && !seen.has(promise)
      if (!isBetween || own.length === 0 || this.#waits.waitersOf(promise).length > 1) {
        if (own.some((other) => viaOf(other) === IMPORT)) dropAdoptions(via)
        const to = chain === null ? this.#promiseNode(promise, own) : this.#chainNode(chain)
        this.#edges.push(Object.freeze({ from, to, via: via.length === 0 ? null : shortened(via) }))
        return
      }
      const [next, ...others] = own
      if (next === undefined || others.length > 0) {
        for (const member of own) this.#open.push({ node: from, wait: member, via })
        return
      }
      seen.add(promise)
      wait = next
    }
  }

  #chainNode(chain: Chain): number {
    const known = this.#nodeOf.get(chain)
    if (known !== undefined) return known
    const frames = chain.waits.map((wait) => this.#waits.frameOf(wait)).filter((frame) => frame !== null)
    const name = frames[0]?.name
    const label = `Task-${chain.task.id}${name === undefined ? '' : ` ${name.startsWith('<') ? name : `${name}()`}`}`
    return this.#add(chain, {
      kind: 'task',
      label,
      task: chain.task,
      stack: Object.freeze(frames.reverse()),
      leaf: null,
    })
  }

  /** A promise behind which no function is suspended: what else it waits for becomes edges of its own. */
  #promiseNode(promise: object, own: readonly PresentWait[]): number {
    const known = this.#nodeOf.get(promise)
    if (known !== undefined) return known
    const leaf: Leaf = this.#leaves.of(promise)
    const stack: readonly Frame[] = Object.freeze([])
    const [first] = own
    const label = first === undefined ? leaf.label : (first.detail?.combinator ?? 'promise')
    const node = this.#add(promise, {
      kind: first === undefined ? leaf.kind : 'promise',
      label,
      task: null,
      stack,
      leaf: first === undefined ? leaf : null,
    })
    for (const wait of own) this.#open.push({ node, wait, via: [] })
    return node
  }

  #add(key: object, node: Omit<WaitNode, 'id' | 'threadId'>): number {
    const id = this.#nodes.length + 1
    this.#nodes.push(Object.freeze({ id, ...node, threadId }))
    this.#nodeOf.set(key, id)
    return id
  }
}

/** That the loader's functions hand on what `import()` gives tells nobody anything. */
function dropAdoptions(via: string[]): void {
  while (via.at(-1) === RESOLVED_WITH) via.pop()
}

const LONGEST_VIA = 4

function shortened(via: readonly string[]): string {
  if (via.length <= LONGEST_VIA) return via.join(', ')
  return [...via.slice(0, 2), `… ${via.length - 3} more …`, via.at(-1)].join(', ')
}
