import type { Site } from '../engine/call-sites.js'
import { isAsyncFunction, isAsyncGenerator } from '../engine/source-text.js'
import type { PromiseCallStack, StackEntry } from '../model/promise-call-stack.js'
import type { Task } from '../model/task.js'
import { type Awaiter, Awaiters } from './awaiters.js'
import { type AwaiterNode, callStackTree } from './call-stack-tree.js'
import { type Chain, Chains } from './chains.js'
import { frameAt } from './frame-at.js'
import { isTold, type PresentWait } from './present-wait.js'
import { type PresentWaits, presentWaits } from './present-waits.js'
import { type Running, running } from './running.js'
import { waitsAround } from './waits-around.js'

/**
 * The frames behind a promise and everything that awaits it. None of the program's code runs.
 *
 * @param heap whether the heap is read where the records do not tell everything; by default where they tell nothing
 *   of the promise and the heap is small.
 */
export function callStackOf(promise: Promise<unknown>, depth: number, heap?: boolean): PromiseCallStack {
  const { waits, incomplete } = waitsAround(promise, heap)
  return new CallStacks(waits, new Chains(waits), depth).of(promise, incomplete)
}

/** That of the running code, with what awaits its task; null outside any task. */
export function presentCallStack(depth: number): PromiseCallStack | null {
  const now = running()
  if (now.task === null) return null
  const waits = presentWaits()
  return new CallStacks(waits, new Chains(waits), depth).ofRunning(now)
}

class CallStacks {
  readonly #waits: PresentWaits
  readonly #chains: Chains
  readonly #depth: number
  /** By the task's chain of functions, or by the promise where no function is known. */
  readonly #nodes = new Map<object, AwaiterNode>()

  constructor(waits: PresentWaits, chains: Chains, depth: number) {
    this.#waits = waits
    this.#chains = chains
    this.#depth = depth
  }

  of(promise: Promise<unknown>, incomplete: string | null): PromiseCallStack {
    const chain = this.#chains.behind(promise, this.#waits)
    if (chain === null) return this.#grow(this.#node(promise, null, promise, [], promise, 0), incomplete)
    return this.#grow(this.#chainNode(chain, promise, chain.waits, 0), incomplete)
  }

  ofRunning({ task, promise, sites }: Running): PromiseCallStack {
    const frames = sites.map(liveEntry)
    const isOwn = ({ innermost, recordedTask }: Chain) => innermost.on === promise && recordedTask.id === task?.id
    const chain = promise === null ? undefined : this.#chains.all.find(isOwn)
    if (chain === undefined) return this.#grow(this.#node(promise ?? frames, task, null, frames, promise, 0), null)
    const all = [...frames, ...this.#frames(chain.waits)]
    return this.#grow(this.#node(chain, task, null, all, outermostOf(chain), 0), null)
  }

  /** Breadth-first: each awaiter stands where it is nearest to the first one. */
  #grow(first: AwaiterNode, incomplete: string | null): PromiseCallStack {
    const awaiters = new Awaiters(this.#waits, (wait) => this.#outermostAt(wait), first.outermost)
    const nodes = [first]
    for (let at = 0; at < nodes.length; at++) {
      const node = nodes[at] as AwaiterNode
      if (node.outermost === null || node.level >= this.#depth) continue
      for (const awaiter of awaiters.of(node.outermost)) {
        const known = this.#nodes.size
        const to = this.#awaiterNode(awaiter, node.level + 1)
        const isPlace = this.#nodes.size > known
        if (isPlace) nodes.push(to)
        node.awaiters.push({ to, between: awaiter.between, isPlace })
      }
    }
    return callStackTree(nodes, incomplete)
  }

  #awaiterNode({ wait, promise }: Awaiter, level: number): AwaiterNode {
    const chain = wait === null ? null : this.#chainAt(wait)
    if (wait === null || chain === null) {
      return this.#node(promise, null, promise as Promise<unknown>, [], promise, level)
    }
    if (isTold(wait)) return this.#chainNode(chain, promise, chain.waits, level)
    const waits = chain.waits.slice(0, chain.waits.indexOf(wait) + 1)
    return this.#chainNode(chain, outermostOf(chain), waits, level)
  }

  #chainNode(chain: Chain, promise: object, waits: readonly PresentWait[], level: number): AwaiterNode {
    return (
      this.#nodes.get(chain) ??
      this.#node(chain, chain.task, promise as Promise<unknown>, this.#frames(waits), outermostOf(chain), level)
    )
  }

  #node(
    key: object,
    task: Task | null,
    promise: Promise<unknown> | null,
    frames: readonly StackEntry[],
    outermost: object | null,
    level: number,
  ): AwaiterNode {
    let node = this.#nodes.get(key)
    if (node === undefined) {
      node = { task, promise, frames: Object.freeze(frames), outermost, level, awaiters: [] }
      this.#nodes.set(key, node)
    }
    return node
  }

  /** The functions that wait; of a promise that the program told of, those behind it. */
  #chainAt(wait: PresentWait): Chain | null {
    return isTold(wait) ? this.#chains.behind(wait.of, this.#waits) : this.#chains.chainOf(wait)
  }

  #outermostAt(wait: PresentWait): object {
    const chain = this.#chainAt(wait)
    return chain === null ? wait.of : outermostOf(chain)
  }

  #frames(chain: readonly PresentWait[]): StackEntry[] {
    return chain
      .map((wait) => this.#entryOf(wait))
      .filter((entry) => entry !== null)
      .reverse()
  }

  #entryOf(wait: PresentWait): StackEntry | null {
    const frame = this.#waits.frameOf(wait)
    if (frame === null) return null
    const site = this.#waits.placeOf(wait) ?? this.#waits.functionOf(wait)
    const kind = site !== null && isAsyncGenerator(site) ? 'async generator' : 'async function'
    return Object.freeze({ ...frame, async: true, kind })
  }
}

function outermostOf({ waits, innermost }: Chain): object {
  return (waits[0] ?? innermost).of
}

function liveEntry(site: Site): StackEntry {
  const async = isAsyncFunction(site) === true && !site.isModule
  const kind = isAsyncGenerator(site) ? 'async generator' : async ? 'async function' : 'function'
  return Object.freeze({ ...frameAt(site, ''), async, kind })
}
