import type { Site } from '../engine/call-sites.js'
import { isAsyncFunction, isAsyncGenerator } from '../engine/source-text.js'
import type { PromiseCallStack, StackEntry } from '../model/promise-call-stack.js'
import type { Task } from '../model/task.js'
import { type Chain, Chains } from './chains.js'
import { frameAt } from './frame-at.js'
import { isAwait, isThen, isTold, type PresentWait, viaOf } from './present-wait.js'
import { type PresentWaits, presentWaits } from './present-waits.js'
import { type Running, running } from './running.js'
import { waitsAround } from './waits-around.js'

/**
 * The frames behind a promise and everything that awaits it. Nothing of the program's runs.
 *
 * @param heap whether the heap is read where the records do not tell everything; by default where they tell nothing
 *   of the promise and the heap is small.
 */
export function callStackOf(promise: Promise<unknown>, depth: number, heap?: boolean): PromiseCallStack {
  const { waits, incomplete } = waitsAround(promise, heap)
  const found = new CallStacks(waits, new Chains(waits), depth).of(promise)
  return incomplete === null ? found : Object.freeze({ ...found, incomplete })
}

/** The running code's own, with what awaits its task; null outside any task. */
export function presentCallStack(depth: number): PromiseCallStack | null {
  const now = running()
  if (now.task === null) return null
  const waits = presentWaits()
  return new CallStacks(waits, new Chains(waits), depth).ofRunning(now)
}

interface Draft {
  readonly task: Task | null
  readonly promise: Promise<unknown> | null
  readonly callStack: readonly StackEntry[]
  readonly awaitedBy: PromiseCallStack[]
  waiters: readonly Waiter[]
  next: number
  key: object | null
}

/** Someone who waits for a promise, and the frames of combinators between. */
interface Waiter {
  readonly between: readonly StackEntry[]
  /** An await, or the wait of a derived promise that nobody waits for. */
  readonly wait: PresentWait
}

class CallStacks {
  readonly #waits: PresentWaits
  readonly #chains: Chains
  readonly #depth: number
  readonly #done = new Map<object, PromiseCallStack>()

  constructor(waits: PresentWaits, chains: Chains, depth: number) {
    this.#waits = waits
    this.#chains = chains
    this.#depth = depth
  }

  of(promise: Promise<unknown>): PromiseCallStack {
    const wait = this.#waits.awaitOf(promise)
    const chain = wait === null ? null : this.#chains.chainOf(wait)
    if (chain === null) return this.#expand(this.#draft(null, promise, [], promise, null))
    const frames = this.#frames(chain.waits)
    const outermost = chain.waits[0]?.of ?? promise
    return this.#expand(this.#draft(chain.task, promise, frames, outermost, chain))
  }

  ofRunning({ task, promise, sites }: Running): PromiseCallStack {
    const frames = sites.map(liveEntry)
    if (promise === null) return this.#expand(this.#draft(task, null, frames, null, null))
    const chain = this.#chains.all.find(({ innermost, task: { id } }) => innermost.on === promise && id === task?.id)
    if (chain === undefined) return this.#expand(this.#draft(task, null, frames, promise, null))
    const outermost = chain.waits[0]?.of ?? promise
    return this.#expand(this.#draft(task, null, [...frames, ...this.#frames(chain.waits)], outermost, chain))
  }

  /** Depth-first without recursion: what is done is shared, what is under way is a cycle. */
  #expand(first: Draft): PromiseCallStack {
    const path = [first]
    const underWay = new Set<object | null>([first.key])
    for (;;) {
      const top = path.at(-1) as Draft
      const waiter = path.length > this.#depth ? undefined : top.waiters[top.next++]
      if (waiter !== undefined) {
        const known = this.#done.get(waiter.wait)
        if (known !== undefined && waiter.between.length === 0) {
          top.awaitedBy.push(known)
          continue
        }
        const draft = this.#waiterDraft(waiter)
        if (underWay.has(draft.key)) {
          top.awaitedBy.push(frozen(draft, true))
          continue
        }
        underWay.add(draft.key)
        path.push(draft)
        continue
      }
      const done = frozen(top, false)
      path.pop()
      underWay.delete(top.key)
      const below = path.at(-1)
      if (below === undefined) return done
      const from = below.waiters[below.next - 1]
      if (from !== undefined && from.between.length === 0) this.#done.set(from.wait, done)
      below.awaitedBy.push(done)
    }
  }

  #waiterDraft({ wait, between }: Waiter): Draft {
    const chain = isAwait(wait) ? this.#chains.chainOf(wait) : null
    if (isTold(wait)) return this.#toldDraft(wait, between)
    if (chain === null) {
      return this.#draft(null, wait.of as Promise<unknown>, between, wait.of, wait)
    }
    const frames = this.#frames(chain.waits.slice(0, chain.waits.indexOf(wait) + 1))
    const outermost = chain.waits[0]?.of ?? wait.of
    return this.#draft(chain.task, outermost as Promise<unknown>, [...between, ...frames], outermost, chain)
  }

  /** A promise that the program told of: with all of its own function's frames. */
  #toldDraft(wait: PresentWait, between: readonly StackEntry[]): Draft {
    const own = this.#waits.awaitOf(wait.of)
    const chain = own === null ? null : this.#chains.chainOf(own)
    const frames = chain === null ? [] : this.#frames(chain.waits)
    const outermost = chain?.waits[0]?.of ?? wait.of
    const promise = wait.of as Promise<unknown>
    return this.#draft(chain?.task ?? null, promise, [...between, ...frames], outermost, chain ?? wait)
  }

  #draft(
    task: Task | null,
    promise: Promise<unknown> | null,
    callStack: readonly StackEntry[],
    outermost: object | null,
    key: Chain | PresentWait | null,
  ): Draft {
    const waiters = outermost === null ? [] : this.#waitersOf(outermost)
    return { task, promise, callStack, awaitedBy: [], waiters, next: 0, key }
  }

  /** Through combinators, derived promises and promises that were resolved with this one. */
  #waitersOf(promise: object): Waiter[] {
    const found: Waiter[] = []
    const seen = new Set<object>([promise])
    const open: { promise: object; between: readonly StackEntry[] }[] = [{ promise, between: [] }]
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      for (const wait of this.#waits.waitersOf(next.promise)) {
        if (this.#isEndOfModule(wait)) continue
        const between = wait.detail === null ? next.between : [...next.between, combinatorEntry(wait)]
        if (isAwait(wait) || isTold(wait) || this.#waits.waitersOf(wait.of).length === 0) found.push({ between, wait })
        else if (!seen.has(wait.of)) {
          seen.add(wait.of)
          open.push({ promise: wait.of, between })
        }
      }
    }
    return found
  }

  /** V8's own reaction to the end of a module. */
  #isEndOfModule(wait: PresentWait): boolean {
    if (!isThen(wait) || this.#waits.frameOf(wait) !== null) return false
    const module = this.#waits.awaitOf(wait.on)
    return module !== null && this.#waits.placeOf(module)?.isModule === true
  }

  #entryOf(wait: PresentWait): StackEntry | null {
    const frame = this.#waits.frameOf(wait)
    if (frame === null) return null
    const site = this.#waits.placeOf(wait) ?? this.#waits.functionOf(wait)
    const kind = site !== null && isAsyncGenerator(site) ? 'async generator' : 'async function'
    return Object.freeze({ ...frame, async: true, kind })
  }

  #frames(chain: readonly PresentWait[]): StackEntry[] {
    return chain
      .map((wait) => this.#entryOf(wait))
      .filter((entry) => entry !== null)
      .reverse()
  }
}

function liveEntry(site: Site): StackEntry {
  const async = isAsyncFunction(site) === true && !site.isModule
  const kind = isAsyncGenerator(site) ? 'async generator' : async ? 'async function' : 'function'
  return Object.freeze({ ...frameAt(site, ''), async, kind })
}

function combinatorEntry(wait: PresentWait): StackEntry {
  const name = viaOf(wait) ?? ''
  return Object.freeze({ name, filename: null, line: null, column: null, async: true, kind: 'combinator' })
}

function frozen({ task, promise, callStack, awaitedBy }: Draft, cycle: boolean): PromiseCallStack {
  return Object.freeze({
    task,
    promise,
    callStack: Object.freeze(callStack),
    awaitedBy: Object.freeze(cycle ? [] : awaitedBy),
    cycle,
  })
}
