import { isUsers, nameOfFunction } from '../heap/functions.js'
import { type HeapGraph, NONE } from '../heap/heap-graph.js'
import type { Feed, HeapPromises, Suspended } from '../heap/heap-promises.js'
import { IMPORT } from '../heap/modules.js'

/** A link from who waits to a suspended function or promise that it waits for. Nodes of the heap graph. */
export interface WaitLink {
  readonly from: number
  readonly to: number
  readonly via: string | null
}

/** Which suspended functions and promises stand in the graph, and how they wait for each other. */
export interface WaitLinks {
  /** The program's own suspended functions, by generator. */
  readonly functions: ReadonlyMap<number, Suspended>
  /** `.then` callbacks that nobody waits for, and promises that several wait for. */
  readonly promises: ReadonlySet<number>
  /** Promises that nothing in the heap feeds: what wakes them is to be found out. */
  readonly ends: ReadonlySet<number>
  readonly links: readonly WaitLink[]
  /** The reactions by what they settle: why a promise is in the graph. */
  readonly feedsInto: ReadonlyMap<number, readonly Feed[]>
}

/**
 * Joins suspended functions along the promises between them. A promise that one waiter waits for is part of the
 * link; one that several wait for stands by itself, so that the graph stays linear in what it shows. Functions of
 * Node.js are passed through.
 *
 * @param feederOf the promise of the `.then` whose callback holds the resolver of one that no reaction feeds, or null.
 */
export function linkWaits(
  heap: HeapGraph,
  promises: HeapPromises,
  memberIndices: ReadonlyMap<number, number>,
  feederOf: (promise: number) => number | null,
): WaitLinks {
  return new Linker(heap, promises, memberIndices, feederOf).link()
}

class Linker {
  readonly #heap: HeapGraph
  readonly #promises: HeapPromises
  readonly #memberIndices: ReadonlyMap<number, number>
  readonly #feederOf: (promise: number) => number | null
  readonly #settlers = new Map<number, Suspended>()
  readonly #feedsInto = new Map<number, Feed[]>()
  readonly #functions = new Map<number, Suspended>()
  readonly #shown = new Set<number>()
  readonly #ends = new Set<number>()
  readonly #links: WaitLink[] = []
  /** Promises that nobody waits for, but whose callbacks settle others. */
  readonly #feeders = new Set<number>()
  readonly #todo: number[] = []

  constructor(
    heap: HeapGraph,
    promises: HeapPromises,
    memberIndices: ReadonlyMap<number, number>,
    feederOf: (promise: number) => number | null,
  ) {
    this.#heap = heap
    this.#feederOf = feederOf
    this.#promises = promises
    this.#memberIndices = memberIndices
    for (const suspended of promises.suspended) {
      for (const promise of suspended.settles) this.#settlers.set(promise, suspended)
      if (isUsers(heap, suspended.fn)) this.#functions.set(suspended.generator, suspended)
    }
    const seen = new Set<string>()
    for (const feed of promises.feeds) {
      // `Promise.all([p, p])` and `race` make several of one link.
      const key = `${feed.from} ${feed.to} ${feed.callback}`
      if (seen.has(key)) continue
      seen.add(key)
      this.#feedsInto.set(feed.to, [...(this.#feedsInto.get(feed.to) ?? []), feed])
    }
  }

  link(): WaitLinks {
    for (const { generator, awaits } of this.#functions.values()) this.#follow(generator, awaits, null)
    for (const [promise, feeds] of this.#feedsInto) {
      if (
        this.#waiters(promise) === 0 &&
        !this.#feeders.has(promise) &&
        feeds.some(({ callback }) => this.#isUsersCallback(callback))
      )
        this.#show(promise)
    }
    for (let promise = this.#todo.pop(); promise !== undefined; promise = this.#todo.pop()) {
      for (const feed of this.#feedsInto.get(promise) ?? []) this.#follow(promise, feed.from, this.#viaOf(feed))
    }
    return {
      functions: this.#functions,
      promises: this.#shown,
      ends: this.#ends,
      links: this.#links,
      feedsInto: this.#feedsInto,
    }
  }

  /** Follows a promise down to what stands in the graph, through what does not. */
  #follow(from: number, start: number, firstVia: string | null): void {
    const todo: Step[] = [{ promise: start, via: firstVia, outside: firstVia, isInside: false }]
    const seen = new Set<number>()
    for (let step = todo.pop(); step !== undefined; step = todo.pop()) {
      // Of Node's own functions the outermost is named: the one that the program called.
      const { promise, isInside, outside } = step
      const settler = this.#settlers.get(promise)
      const feeds = this.#feedsInto.get(promise) ?? []
      // The loader's functions are no way that anybody has called.
      const via = feeds.some((feed) => feed.via === IMPORT) ? outside : step.via
      if (settler !== undefined && this.#functions.has(settler.generator)) {
        this.#links.push({ from, to: settler.generator, via })
      } else if (settler !== undefined && !seen.has(promise)) {
        seen.add(promise)
        todo.push({
          promise: settler.awaits,
          via: isInside ? via : joined(via, `${nameOfFunction(this.#heap, settler.fn) || '<anonymous>'}()`),
          outside,
          isInside: true,
        })
      } else if (feeds.length === 0) {
        const feeder = this.#feederOf(promise)
        if (feeder !== null && !seen.has(promise)) {
          seen.add(promise)
          this.#feeders.add(feeder)
          todo.push({ promise: feeder, ...this.#onward(step, HELD_RESOLVER) })
        } else {
          this.#ends.add(promise)
          this.#links.push({ from, to: promise, via })
        }
      } else if (this.#waiters(promise) > 1 || seen.has(promise)) {
        this.#show(promise)
        this.#links.push({ from, to: promise, via })
      } else {
        seen.add(promise)
        for (const feed of feeds.toReversed()) {
          todo.push({ promise: feed.from, ...this.#onward({ ...step, via }, this.#viaOf(feed)) })
        }
      }
    }
  }

  #onward({ via, outside, isInside }: Step, next: string | null): Omit<Step, 'promise'> {
    return { via: joined(via, next), outside: isInside ? outside : joined(outside, next), isInside }
  }

  #show(promise: number): void {
    if (this.#shown.has(promise)) return
    this.#shown.add(promise)
    this.#todo.push(promise)
  }

  #waiters(promise: number): number {
    return this.#promises.reactionCounts.get(promise) ?? 0
  }

  #viaOf({ from, via, callback }: Feed): string | null {
    const index = this.#memberIndices.get(from)
    if (index !== undefined && via?.startsWith('Promise.') === true) return `${via} (index ${index})`
    if (callback === NONE || via === null) return via
    // Between Node's own functions.
    if (!this.#isUsersCallback(callback)) return null
    const name = nameOfFunction(this.#heap, callback)
    return name === '' ? via : `${via} (${name})`
  }

  #isUsersCallback(callback: number): boolean {
    return callback !== NONE && isUsers(this.#heap, callback)
  }
}

/** On the way down from a waiter. */
interface Step {
  readonly promise: number
  readonly via: string | null
  /** The way up to the first of Node's own functions. */
  readonly outside: string | null
  readonly isInside: boolean
}

/** How an edge says that a function which will run holds the resolver. */
export const HELD_RESOLVER = 'a held resolver'

const LONGEST_VIA = 120

function joined(outer: string | null, inner: string | null): string | null {
  if (outer === null || inner === null) return outer ?? inner
  return outer.length > LONGEST_VIA ? outer : `${outer}, ${inner}`
}
