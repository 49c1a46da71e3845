import { isUsers, nameOfFunction } from '../heap/functions.js'
import { endOf } from '../heap/heap-end.js'
import type { Feed, HeapPromises, Suspended } from '../heap/heap-promises.js'
import { type HeapView, NONE } from '../heap/heap-view.js'
import type { Holder } from '../heap/holder.js'
import type { HolderSearch } from '../heap/holders.js'
import type { LiveFacts } from '../heap/wakers.js'
import type { Frame } from '../model/frame.js'
import { type ScriptAwait, type SourceIds, settlerOfHolder } from './heap-settler.js'
import { type AsyncFunction, type Callback, type Settling, throughCombinator, WaitNet } from './net.js'
import { inOrder } from './net-order.js'
import type { Settler, WaitSource } from './source.js'

/** What a heap, and whoever can ask the process besides, knows of the places and resources in it. */
export interface HeapFacts {
  readonly heap: HeapView
  readonly promises: HeapPromises
  /** Where each suspended function stands, by generator. */
  readonly frames: ReadonlyMap<number, Frame>
  /** By promise: which member of its combinator it is. */
  readonly memberIndices: ReadonlyMap<number, number>
  definitionOf(fn: number): Frame
  /** The source that runs, from where a suspended function awaits on; null if it cannot be had. */
  sourceAtAwait(generator: number): string | null
  /** Where a suspended function awaits, in its script as it runs; null if that is not known. */
  awaitPlaceOf(generator: number): ScriptAwait | null
  readonly search: HolderSearch
  holderOf(promise: number): Holder
  readonly live: LiveFacts
}

/** The waits that a heap holds, in the order of `net-order.ts`. */
export class HeapSource implements WaitSource {
  readonly net: WaitNet
  readonly #facts: HeapFacts
  /** The nodes of the heap are the ids of this source. */
  readonly #ids: SourceIds
  readonly #settlers = new Map<number, Settler>()

  constructor(facts: HeapFacts) {
    this.#facts = facts
    this.#ids = {
      functionOf: (node) => node,
      promiseOf: (node) => node,
      objectOf: (node) => node,
      awaitPlaceOf: (node) => facts.awaitPlaceOf(node),
      openedAt: () => null,
    }
    const functionOf = new Map(facts.promises.suspended.map(({ generator, fn }) => [generator, fn]))
    const { functions, settlings } = inOrder({
      functions: facts.promises.suspended.map((each) => this.#functionOf(each)),
      settlings: [
        ...facts.promises.feeds.map((feed) => this.#settlingOf(feed)),
        ...facts.promises.suspended.flatMap(queuedCalls),
      ],
      beginningOf: (id) => facts.heap.locationOf(functionOf.get(id as number) ?? NONE),
      settlerOf: (promise) => this.settlerOf(promise as number),
    })
    this.net = new WaitNet(functions, settlings)
  }

  settlerOf(promise: number): Settler {
    let settler = this.#settlers.get(promise)
    if (settler === undefined) {
      const { heap, search, live } = this.#facts
      const holder = this.#facts.holderOf(promise)
      settler = settlerOfHolder(promise, holder, endOf(heap, search, promise, holder, live), this.#ids)
      this.#settlers.set(promise, settler)
    }
    return settler
  }

  /** A heap does not tell how a function was called. */
  isOneTask(): boolean {
    return true
  }

  ownTask(): null {
    return null
  }

  #functionOf({ generator, fn, kind, awaits, settles }: Suspended): AsyncFunction {
    const { heap, frames, sourceAtAwait } = this.#facts
    const name = nameOfFunction(heap, fn)
    const isInternal = !isUsers(heap, fn)
    return {
      id: generator,
      kind,
      awaits,
      settles: kind === 'async generator' ? settles.slice(0, 1) : settles,
      isInternal,
      frame: frames.get(generator) ?? null,
      name,
      sourceAtAwait: () => sourceAtAwait(generator),
      ...KNOWS_NO_CALLS,
    }
  }

  #settlingOf({ from, to, kind, combinator, callback }: Feed): Settling {
    return {
      on: from,
      of: to,
      kind,
      ...throughCombinator(combinator, this.#facts.memberIndices.get(from) ?? NO_INDEX),
      callback: this.#callbackOf(callback, kind),
    }
  }

  #callbackOf(callback: number, kind: Feed['kind']): Callback | null {
    const { heap, definitionOf } = this.#facts
    if (callback === NONE || !isUsers(heap, callback)) return null
    const name = nameOfFunction(heap, callback)
    const frame = definitionOf(callback)
    return { id: callback, frame: name === '' ? { ...frame, name: `<${kind}>` } : frame, task: null, name }
  }
}

/** An async generator answers one `next()` or `return()` after the other. */
function queuedCalls({ kind, settles: [first, ...others] }: Suspended): Settling[] {
  if (kind !== 'async generator' || first === undefined) return []
  return others.map((of) => ({ on: first, of, kind: 'queued call', mode: 'all', callback: null }))
}

const NO_INDEX = -1
/** A heap does not tell tasks, nor what a function was that has returned. */
const KNOWS_NO_CALLS = { task: null, hasReturned: false, passedBy: [] } as const
