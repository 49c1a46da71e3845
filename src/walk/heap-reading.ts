import { handleOf } from '../engine/active-resources.js'
import type { Feed, Suspended } from '../heap/heap-promises.js'
import { NONE } from '../heap/heap-view.js'
import type { Frame } from '../model/frame.js'
import { addTo } from '../model/lists-by-key.js'
import { isKnownEnd, UNKNOWN_END } from '../model/wait-end.js'
import type { Wait } from '../record/wait.js'
import { linkFunction } from '../record/wait-links.js'
import { type SourceIds, settlerOfHolder } from '../waits/heap-settler.js'
import { type Settling, throughCombinator } from '../waits/net.js'
import type { Settler } from '../waits/source.js'
import { resourceBegunAt, resourceMadeAt } from './made-at.js'
import type { PresentWaits } from './present-waits.js'
import type { ReadHeap } from './read-heap.js'
import { RecordedFunctions } from './recorded-functions.js'
import { UnrecordedWaits } from './unrecorded-waits.js'

/** One step down from a promise, through functions of Node as well. */
interface Step extends Pick<Feed, 'from' | 'combinator'> {
  readonly kind: Feed['kind'] | 'through'
}

function settlingOf({ kind, combinator }: Step, on: object, of: object): Settling {
  return {
    on,
    of,
    kind: kind === 'through' ? 'combinator' : kind,
    ...throughCombinator(combinator, -1),
    callback: null,
  }
}

/**
 * What no event tells and the heap knows: who holds the resolver of a promise, and which functions are suspended that
 * nobody recorded.
 */
export class HeapReading {
  /** Waits that only the heap tells of. */
  readonly unrecorded: UnrecordedWaits
  readonly #heap: ReadHeap
  readonly #suspendedOf: ReadonlyMap<number, Suspended>
  readonly #recorded: RecordedFunctions
  /** By the promise that they will settle: reactions, and suspended functions of Node's own. */
  readonly #feedsInto = new Map<number, Feed[]>()
  readonly #innerOf = new Map<number, Suspended>()
  readonly #generatorOf = new Map<number, Suspended>()
  readonly #ofNode = new Set<Wait>()

  constructor(heap: ReadHeap) {
    const { suspended, feeds } = heap.promises
    this.#heap = heap
    this.#suspendedOf = new Map(suspended.map((each) => [each.generator, each]))
    this.#recorded = new RecordedFunctions(suspended, heap.nodeOf, heap.promiseOf)
    this.unrecorded = new UnrecordedWaits(heap, this.#recorded)
    for (const feed of feeds) {
      addTo(this.#feedsInto, feed.to, feed)
    }
    for (const each of suspended) {
      const { isUsers } = heap.functionAt(each.fn)
      if (isUsers && each.kind === 'async function') continue
      const behind = isUsers ? this.#generatorOf : this.#innerOf
      for (const promise of each.settles) behind.set(promise, each)
    }
  }

  /** Who holds a resolver is not to be asked any more. */
  close(): void {
    this.#heap.close()
  }

  /** How many wait for a promise, whoever recorded it. */
  reactionsOf(promise: object): number {
    const node = this.#heap.nodeOf.get(promise)
    return node === undefined ? 0 : (this.#heap.promises.reactionCounts.get(node) ?? 0)
  }

  definitionOf(wait: Wait): Frame | null {
    return this.unrecorded.definitionOf(wait)
  }

  isUnrecorded(wait: Wait): boolean {
    return this.unrecorded.isOne(wait)
  }

  /** Finds the holders of resolvers, as far as there is time for it. */
  findHolders(promises: readonly object[], untilMs: number): void {
    const nodes = promises
      .map((promise) => this.#heap.nodeOf.get(promise) ?? NONE)
      .filter((node) => node !== NONE && this.#feedsTo(node).length === 0)
    this.#heap.findHolders(nodes, untilMs)
  }

  hasFoundHolder(promise: object): boolean {
    return this.#heap.hasFoundHolder(this.#heap.nodeOf.get(promise) ?? NONE)
  }

  /** What would settle a promise that nothing recorded settles. */
  settlerOf(promise: object, waits: PresentWaits): Settler {
    const node = this.#heap.nodeOf.get(promise)
    if (node === undefined) return { kind: 'end', key: promise, end: UNKNOWN_END }
    return (
      this.#generatorBehind(promise, waits) ??
      this.#throughOthers(promise, waits) ??
      this.#holderOf(promise, node, waits)
    )
  }

  /** What `next()` and `return()` of an async generator give waits its turn in a queue that no event tells of. */
  #generatorBehind(promise: object, waits: PresentWaits): Settler | null {
    const node = this.#heap.nodeOf.get(promise) ?? NONE
    const generator = this.#generatorOf.get(node)
    const on = generator === undefined ? undefined : this.#recorded.waitOf(generator, waits)?.of
    if (on === undefined || on === promise) return null
    const isFirst = generator?.settles[0] === node
    const kind = isFirst ? 'combinator' : 'queued call'
    return { kind: 'settlings', settlings: [{ on, of: promise, kind, mode: 'all', callback: null }] }
  }

  /**
   * V8 does not name what a `.then` of a subclass of Promise waits for, and an async generator of Node's is no
   * function of the program: the heap leads on from there. Promises that are not at hand, as are those of Node's own
   * subclasses, are passed through, down to what will settle the last of them.
   */
  #throughOthers(promise: object, waits: PresentWaits): Settler | null {
    const settlings: Settling[] = []
    let last: Settler | null = null
    const open: { node: number; feed: Step | null }[] = [{ node: this.#heap.nodeOf.get(promise) ?? NONE, feed: null }]
    const seen = new Set(open.map(({ node }) => node))
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const found = this.#feedsTo(next.node)
      if (found.length === 0 && next.node !== this.#heap.nodeOf.get(promise)) {
        const behind = this.#holderOf(promise, next.node, waits)
        if (behind.kind === 'functions' || (behind.kind === 'end' && isKnownEnd(behind.end))) last ??= behind
      }
      for (const feed of found) {
        const on = this.#heap.promiseOf.get(feed.from)
        const first = next.feed ?? feed
        if (on !== undefined && on !== promise) settlings.push(settlingOf(first, on, promise))
        if (on !== undefined || seen.has(feed.from)) continue
        seen.add(feed.from)
        open.push({ node: feed.from, feed: first })
      }
    }
    return settlings.length > 0 ? { kind: 'settlings', settlings } : last
  }

  #feedsTo(promise: number): readonly Step[] {
    const feeds = this.#feedsInto.get(promise)
    if (feeds !== undefined) return feeds
    const inner = this.#innerOf.get(promise)
    return inner === undefined
      ? []
      : [{ from: inner.awaits, kind: 'through', combinator: `${this.#heap.functionAt(inner.fn).name}()` }]
  }

  /** Whether the function of a recorded wait is one of Node's: its place cannot always be told. */
  isOfNode(wait: Wait): boolean {
    return this.#ofNode.has(wait)
  }

  /**
   * The recorder takes for a function's own promise one that it made by hand, where no event tells them apart and
   * nobody awaits either: the heap knows better. @returns whether anything is now known better.
   */
  correctFunctions(waits: PresentWaits): boolean {
    let isCorrected = false
    for (const suspended of this.#heap.promises.suspended) {
      if (suspended.kind !== 'async function') continue
      const wait = this.#recorded.waitOf(suspended, waits)
      if (wait === null) continue
      if (waits.placeOf(wait) === null && !this.#heap.functionAt(suspended.fn).isUsers) {
        this.#ofNode.add(wait)
        isCorrected = true
      }
      const [own, ...others] = suspended.settles
      const promise = own === undefined ? undefined : this.#heap.promiseOf.get(own)
      if (promise === undefined || others.length > 0 || wait.of === promise || wait.isNamed) continue
      wait.of = promise
      linkFunction(wait)
      isCorrected = true
    }
    return isCorrected
  }

  /** @param node the promise itself, or one below it that is not at hand. */
  #holderOf(promise: object, node: number, waits: PresentWaits): Settler {
    const holder = this.#heap.holderOf(node)
    const live = 'node' in holder ? this.#heap.objectAt(holder.node) : null
    const end = this.#heap.endOf(node, holder)
    const ids: SourceIds = {
      functionOf: (generator) => {
        const suspended = this.#suspendedOf.get(generator)
        return suspended === undefined ? null : this.#recorded.waitOf(suspended, waits)
      },
      promiseOf: (each) => this.#heap.promiseOf.get(each) ?? null,
      awaitPlaceOf: (generator) => {
        const suspended = this.#suspendedOf.get(generator)
        const wait = suspended === undefined ? null : this.#recorded.waitOf(suspended, waits)
        const { line = null, column = null } = (wait === null ? null : waits.placeOf(wait)) ?? {}
        return line === null || column === null ? null : { line, column }
      },
      openedAt: (handle) => {
        const object = this.#heap.objectAt(handle)
        return object === null ? null : (resourceBegunAt(object) ?? resourceBegunAt(handleOf(object) ?? object))
      },
      // The records know a timer or handle by the object itself.
      objectOf: (each) => this.#heap.objectAt(each) ?? each,
    }
    return settlerOfHolder(promise, holder, { ...end, madeAt: live === null ? null : resourceMadeAt(live) }, ids)
  }
}
