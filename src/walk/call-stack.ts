import type { Site } from '../engine/site.js'
import { isAsyncFunction, isAsyncGenerator } from '../engine/source-text.js'
import type { Frame } from '../model/frame.js'
import type { PromiseCallStack, StackEntry } from '../model/promise-call-stack.js'
import type { Task } from '../model/task.js'
import { type FunctionChain, joinChains } from '../waits/await-chains.js'
import { tasksOfChains } from '../waits/chain-tasks.js'
import { linkWaits } from '../waits/links.js'
import { type AsyncFunction, framesOf, type Id } from '../waits/net.js'
import type { WaitSource } from '../waits/source.js'
import { type Awaiter, Awaiters } from './awaiters.js'
import { type AwaiterNode, callStackTree } from './call-stack-tree.js'
import { type FailedCall, failedCallOf } from './failure-path.js'
import { frameAt } from './frame-at.js'
import { FunctionTasks } from './function-tasks.js'
import { type PresentWaits, presentWaits } from './present-waits.js'
import { RecordedEnds } from './recorded-ends.js'
import { RecordedSource } from './recorded-source.js'
import { type Running, running } from './running.js'
import { waitsAround } from './waits-around.js'

/**
 * The frames behind a promise and everything that awaits it. None of the program's code runs.
 *
 * @param heap whether the heap is read where the records do not tell everything; by default where they tell nothing
 *   of the promise and the heap is small.
 */
export function callStackOf(promise: Promise<unknown>, depth: number, heap?: boolean): PromiseCallStack {
  const failed = failedCallOf(promise)
  if (failed !== null) return callStackOfFailed(promise, failed)
  const { waits, incomplete } = waitsAround(promise, heap)
  return new CallStacks(sourceOf(waits, NOTHING_RUNS), depth).of(promise, incomplete)
}

/** A rejected promise: nothing waits for it any more. */
function callStackOfFailed(promise: Promise<unknown>, { sites, task }: FailedCall): PromiseCallStack {
  const frames = Object.freeze(sites.map(liveEntry))
  return callStackTree([{ task, promise, frames, outermost: null, level: 0, awaiters: [] }], null)
}

/** That of the running code, with what awaits its task; null outside any task. */
export function presentCallStack(depth: number): PromiseCallStack | null {
  const now = running()
  if (now.task === null) return null
  return new CallStacks(sourceOf(presentWaits(), now), depth).ofRunning(now)
}

/** Of a promise it is asked who waits, not what runs. */
const NOTHING_RUNS: Running = { task: null, promise: null, sites: [] }

function sourceOf(waits: PresentWaits, now: Running): WaitSource {
  return new RecordedSource({ now, waits, tasks: new FunctionTasks(waits), ends: new RecordedEnds(waits), heap: null })
}

class CallStacks {
  readonly #source: WaitSource
  readonly #depth: number
  readonly #chainOf: ReadonlyMap<AsyncFunction, FunctionChain>
  readonly #taskOf: ReadonlyMap<FunctionChain, Task | null>
  /** By the task's chain of functions, or by the promise where no function is known. */
  readonly #nodes = new Map<object, AwaiterNode>()

  constructor(source: WaitSource, depth: number) {
    this.#source = source
    this.#depth = depth
    const { nodes, links } = linkWaits(source)
    const { chains } = joinChains(nodes, links, source)
    this.#chainOf = new Map(chains.flatMap((chain) => chain.map((each) => [each, chain] as const)))
    this.#taskOf = tasksOfChains(chains, source)
  }

  of(promise: Promise<unknown>, incomplete: string | null): PromiseCallStack {
    const chain = this.#chainBehind(promise)
    if (chain === null) return this.#grow(this.#node(promise, null, promise, [], promise, 0), incomplete)
    return this.#grow(this.#chainNode(chain, promise, chain, 0), incomplete)
  }

  ofRunning({ task, promise, sites }: Running): PromiseCallStack {
    const frames = sites.map(liveEntry)
    const chain = promise === null ? null : this.#chainBehind(promise)
    if (chain === null) return this.#grow(this.#node(promise ?? frames, task, null, frames, promise, 0), null)
    const all = [...frames, ...entriesOf(chain.filter(({ awaits }) => awaits !== null))]
    return this.#grow(this.#node(chain, task, null, all, outermostOf(chain), 0), null)
  }

  /** Breadth-first: each awaiter stands where it is nearest to the first one. */
  #grow(first: AwaiterNode, incomplete: string | null): PromiseCallStack {
    const awaiters = new Awaiters(this.#source.net, (promise) => this.#outermostBehind(promise), first.outermost)
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

  #awaiterNode({ function: waiter, promise }: Awaiter, level: number): AwaiterNode {
    const own = promise as object
    const chain = this.#chainBehind(own)
    if (chain === null) return this.#node(own, null, own as Promise<unknown>, [], own, level)
    // What the program told of is shown with all that is behind it.
    if (waiter === null) return this.#chainNode(chain, own, chain, level)
    return this.#chainNode(chain, outermostOf(chain), chain.slice(0, chain.indexOf(waiter) + 1), level)
  }

  #chainNode(chain: FunctionChain, promise: object, shown: FunctionChain, level: number): AwaiterNode {
    const task = this.#taskOf.get(chain) ?? null
    return (
      this.#nodes.get(chain) ??
      this.#node(chain, task, promise as Promise<unknown>, entriesOf(shown), outermostOf(chain), level)
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

  /** The functions of the task that will settle a promise; null if none is suspended there. */
  #chainBehind(promise: Id): FunctionChain | null {
    const behind = this.#source.net.functionBehind(promise)
    return behind === null ? null : (this.#chainOf.get(behind) ?? null)
  }

  #outermostBehind(promise: Id): Id {
    const chain = this.#chainBehind(promise)
    return chain === null ? promise : outermostOf(chain)
  }
}

function outermostOf(chain: FunctionChain): object {
  return chain[0]?.settles[0] as object
}

/** Innermost first. */
function entriesOf(chain: FunctionChain): StackEntry[] {
  return chain.flatMap(entriesOfFunction).reverse()
}

function entriesOfFunction(each: AsyncFunction): StackEntry[] {
  return framesOf(each).map((frame) => entry(frame, frame === each.frame ? each.kind : 'function'))
}

function entry(frame: Frame, kind: StackEntry['kind']): StackEntry {
  return Object.freeze({ ...frame, async: kind !== 'function', kind })
}

function liveEntry(site: Site): StackEntry {
  const async = isAsyncFunction(site) === true && !site.isModule
  const kind = isAsyncGenerator(site) ? 'async generator' : async ? 'async function' : 'function'
  return Object.freeze({ ...frameAt(site, ''), async, kind })
}
