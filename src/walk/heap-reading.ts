import { ActiveResources, timerOf } from '../engine/active-resources.js'
import { fileOfScript } from '../engine/call-sites.js'
import { snapshotHeap } from '../engine/heap-snapshot.js'
import { liveObjects } from '../engine/live-objects.js'
import { isInOwnText, isOwnScript } from '../engine/own-files.js'
import { runningScript } from '../engine/own-scripts.js'
import { resourceOfRead } from '../engine/read-resources.js'
import { timerPrototype } from '../engine/real-clock.js'
import { ScriptSources } from '../engine/script-sources.js'
import { scriptUrls } from '../engine/script-urls.js'
import { placeInSource } from '../engine/source-maps.js'
import { suspendedPlaces } from '../engine/suspended-places.js'
import { areScriptsCut, isUsers, nameOfFunction, scriptOf, shownNameOf } from '../heap/functions.js'
import { type HeapGraph, NONE } from '../heap/heap-graph.js'
import { type Feed, type HeapPromises, promisesOf, type Suspended } from '../heap/heap-promises.js'
import type { Holder } from '../heap/holder.js'
import { HolderSearch } from '../heap/holders.js'
import { SnapshotReader } from '../heap/snapshot-reader.js'
import { type LiveFacts, wakerOf } from '../heap/wakers.js'
import type { Frame } from '../model/frame.js'
import type { Leaf } from '../model/leaf.js'
import type { Resource, Timer } from '../model/resource.js'
import { CapturedStack, Origin } from '../record/origin.js'
import { AWAIT, Links, Wait } from '../record/wait.js'
import { linkFunction } from '../record/waits.js'
import { leafOf, UNKNOWN_LEAF, withTimeLimit } from '../waits/leaf-names.js'
import { type Settling, throughCombinator } from '../waits/net.js'
import type { Settler } from '../waits/source.js'
import { addOwnRecords, viaOfFeed, waitOfFeed } from './heap-waits.js'
import { resourceMadeAt } from './made-at.js'
import type { PresentWait } from './present-wait.js'
import type { PresentWaits } from './present-waits.js'
import { RecordedFunctions } from './recorded-functions.js'

const ARRAYS = ['promises', 'timers', 'handles', 'prototypes'] as const

/** By this property the snapshot's row of what we hold is found. */
const MARK = 'async-trace holds'

/** What stands in the snapshot, so that its rows can be told by our own references. */
type Held = Readonly<Record<(typeof ARRAYS)[number], readonly object[]>>

const UNKNOWN: Settler = Object.freeze({ kind: 'unknown', leaf: UNKNOWN_LEAF })

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
 * nobody recorded. It costs a snapshot: time and memory that grow with the number of objects.
 */
export class HeapReading {
  readonly #heap: HeapGraph
  readonly #held: Held
  readonly #promises: HeapPromises
  readonly #search: HolderSearch
  readonly #sources = new ScriptSources()
  readonly #nodeOf = new Map<object, number>()
  readonly #promiseOf = new Map<number, object>()
  readonly #suspendedOf: ReadonlyMap<number, Suspended>
  readonly #recorded: RecordedFunctions
  /** By the promise that they will settle: reactions, and suspended functions of Node's own. */
  readonly #feedsInto = new Map<number, Feed[]>()
  readonly #innerOf = new Map<number, Suspended>()
  readonly #active = new ActiveResources()
  readonly #places: Readonly<Record<(typeof ARRAYS)[number], ReadonlyMap<number, number>>>
  readonly #definitions = new Map<Wait, Frame | null>()
  readonly #ofNode = new Set<Wait>()
  readonly #suspendedBehind = new Map<Wait, Suspended>()

  /** @param promises all that are alive. */
  constructor(promises: readonly object[]) {
    const prototypes = [Wait, Links, Origin, CapturedStack].map(({ prototype }) => prototype as object)
    const [timers = []] = liveObjects(timerPrototype === null ? [] : [timerPrototype])
    // One that has run or was cleared may still be held, and wakes nothing.
    const running = timers.filter((timer) => timerOf(timer) !== null)
    this.#held = { promises, timers: running, handles: this.#active.objects, prototypes }
    const reader = new SnapshotReader()
    const mark = { [MARK]: this.#held }
    snapshotHeap((piece) => reader.write(piece))
    const heap = reader.end()
    this.#heap = heap
    const marked = [...heap.nodesWith(MARK)].find(({ held }) => heap.child(held, 'prototypes') !== NONE)
    const root = marked?.held ?? NONE
    const own = new Set([marked?.node ?? NONE, root])
    if (mark[MARK] !== this.#held || root === NONE) throw new Error('the snapshot does not hold what it was taken for')
    const places = ARRAYS.map((name) => {
      const array = heap.child(root, name)
      own.add(array).add(heap.child(array, 'elements'))
      return [name, heap.placesIn(array)] as const
    })
    this.#places = Object.fromEntries(places) as never
    for (const [node, at] of this.#places.promises) {
      const promise = promises[at] as object
      this.#nodeOf.set(promise, node)
      this.#promiseOf.set(node, promise)
    }
    addOwnRecords(heap, this.#places.prototypes, own)
    this.#promises = promisesOf(heap)
    const functions = this.#promises.suspended.map(({ fn }) => fn)
    if (areScriptsCut(heap, functions)) heap.nameScripts(scriptUrls())
    this.#suspendedOf = new Map(this.#promises.suspended.map((each) => [each.generator, each]))
    this.#recorded = new RecordedFunctions(this.#promises.suspended, this.#nodeOf, this.#promiseOf)
    for (const feed of this.#promises.feeds) {
      const others = this.#feedsInto.get(feed.to)
      if (others === undefined) this.#feedsInto.set(feed.to, [feed])
      else others.push(feed)
    }
    for (const suspended of this.#promises.suspended) {
      if (isUsers(heap, suspended.fn)) continue
      for (const promise of suspended.settles) this.#innerOf.set(promise, suspended)
    }
    const { timers: timerIndices, handles: handleIndices } = this.#places
    this.#search = new HolderSearch({ heap, timerIndices, handleIndices, own }, this.#promises, this.#sources.sourceOf)
  }

  /** Who holds a resolver is not to be asked any more. */
  close(): void {
    this.#sources.close()
  }

  /** How many wait for a promise, whoever recorded it. */
  reactionsOf(promise: object): number {
    const node = this.#nodeOf.get(promise)
    return node === undefined ? 0 : (this.#promises.reactionCounts.get(node) ?? 0)
  }

  /** The function of a wait that only the heap tells of, without its place; null for Node's and the tracer's own. */
  definitionOf(wait: Wait): Frame | null {
    return this.#definitions.get(wait) ?? null
  }

  isUnrecorded(wait: Wait): boolean {
    return this.#definitions.has(wait)
  }

  /** Waits that nobody recorded: of work that sampling does not follow, or that began before tracing. */
  unrecorded(recorded: PresentWaits): PresentWait[] {
    const found: PresentWait[] = []
    for (const suspended of this.#promises.suspended) {
      const on = this.#promiseOf.get(suspended.awaits)
      if (on === undefined || this.#recorded.waitOf(suspended, recorded) !== null) continue
      const of = suspended.settles.map((node) => this.#promiseOf.get(node)).find((each) => each !== undefined) ?? {}
      const wait = new Wait(null, on, {}, of, AWAIT, true) as PresentWait
      this.#definitions.set(wait, this.#frameOf(suspended))
      this.#suspendedBehind.set(wait, suspended)
      found.push(wait)
    }
    for (const feed of this.#promises.feeds) {
      const on = this.#promiseOf.get(feed.from)
      const of = this.#promiseOf.get(feed.to)
      if (on === undefined || of === undefined) continue
      if (recorded.waitersOf(on).some((wait) => wait.of === of || wait.waiter === of)) continue
      found.push(waitOfFeed(viaOfFeed(feed), on, of))
    }
    return found
  }

  /** What would settle a promise that nothing recorded settles. */
  settlerOf(promise: object, waits: PresentWaits): Settler {
    return this.#throughOthers(promise) ?? this.#holderOf(promise, waits)
  }

  /**
   * V8 does not name what a `.then` of a subclass of Promise waits for, and an async generator of Node's is no
   * function of the program: the heap leads on from there. Promises that are not at hand, as are those of Node's own
   * subclasses, are passed through, down to what will settle the last of them.
   */
  #throughOthers(promise: object): Settler | null {
    const settlings: Settling[] = []
    let last: Settler | null = null
    const open: { node: number; feed: Step | null }[] = [{ node: this.#nodeOf.get(promise) ?? NONE, feed: null }]
    const seen = new Set(open.map(({ node }) => node))
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const found = this.#feedsTo(next.node)
      if (found.length === 0 && next.node !== this.#nodeOf.get(promise)) last ??= this.#resourceBehind(next.node)
      for (const feed of found) {
        const on = this.#promiseOf.get(feed.from)
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
      : [{ from: inner.awaits, kind: 'through', combinator: `${nameOfFunction(this.#heap, inner.fn)}()` }]
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
    for (const suspended of this.#promises.suspended) {
      if (suspended.kind !== 'async function') continue
      const wait = this.#recorded.waitOf(suspended, waits)
      if (wait === null) continue
      if (waits.placeOf(wait) === null && !isUsers(this.#heap, suspended.fn)) {
        this.#ofNode.add(wait)
        isCorrected = true
      }
      const [own, ...others] = suspended.settles
      const promise = own === undefined ? undefined : this.#promiseOf.get(own)
      if (promise === undefined || others.length > 0 || wait.of === promise || wait.isNamed) continue
      wait.of = promise
      linkFunction(wait)
      isCorrected = true
    }
    return isCorrected
  }

  /** Reads where the functions of such waits await, as far as there is time: of promises that several wait for. */
  locate(waits: readonly Wait[], maxMs: number): void {
    const asked = waits.flatMap((wait) => {
      const suspended = this.#suspendedBehind.get(wait)
      const known = this.#definitions.get(wait)
      if (suspended === undefined || known == null) return []
      return [
        { wait, known, script: scriptOf(this.#heap, suspended.fn) ?? '', id: this.#heap.idOf(suspended.generator) },
      ]
    })
    const places = suspendedPlaces(
      asked.map(({ id }) => id),
      maxMs,
    )
    for (const { wait, known, script, id } of asked) {
      const place = places.get(id)
      if (place === undefined) continue
      const { file, ...original } = placeInSource(runningScript(script, place.scriptHash), place.line, place.column)
      this.#definitions.set(wait, Object.freeze({ name: known.name, filename: file, ...original }))
    }
  }

  #holderOf(promise: object, waits: PresentWaits): Settler {
    const node = this.#nodeOf.get(promise)
    if (node === undefined) return UNKNOWN
    const holder = this.#search.holderOf(node)
    if (holder.kind === 'promise') {
      const on = this.#promiseOf.get(holder.node)
      if (on === undefined || on === promise) return UNKNOWN
      const settling = { on, of: promise, kind: 'held resolver', mode: 'all', callback: null } as const
      return { kind: 'settlings', settlings: [settling] }
    }
    if (holder.kind !== 'suspended') return this.#resourceBehind(node) ?? UNKNOWN
    const suspended = holder.generators.flatMap((generator) => this.#suspendedOf.get(generator) ?? [])
    const ids = suspended.flatMap((each) => this.#recorded.waitOf(each, waits) ?? [])
    return {
      kind: 'functions',
      ids: ids.length === suspended.length ? ids : [],
      leaf: this.#leafBelow(node, holder) ?? UNKNOWN_LEAF,
    }
  }

  #resourceBehind(node: number): Settler | null {
    const holder = this.#search.holderOf(node)
    const leaf = this.#leafBelow(node, holder)
    if (leaf === null) return null
    return { kind: 'leaf', key: this.#liveObject(holder) ?? ('node' in holder ? holder.node : node), leaf }
  }

  /** The records know a timer or handle by the object itself. */
  #liveObject(holder: Holder): object | null {
    if (!('node' in holder)) return null
    const { timers, handles } = this.#places
    return (
      this.#held.timers[timers.get(holder.node) ?? NONE] ?? this.#held.handles[handles.get(holder.node) ?? NONE] ?? null
    )
  }

  #leafBelow(promise: number, holder: Holder): Leaf | null {
    const limit = this.#timerAt(this.#search.timeLimitOf(promise) ?? NONE)
    const live: LiveFacts = {
      timer: (node) => this.#timerAt(node),
      handle: (node) => this.#handleAt(node),
      functionOf: (generator) => this.#suspendedOf.get(generator)?.fn ?? NONE,
    }
    const waker = wakerOf(this.#heap, this.#search.classes, holder, live)
    if (waker === null && limit === null) return null
    const leaf = { ...leafOf(waker ?? { kind: 'unknown' }), createdAt: this.#madeAt(holder) }
    return Object.freeze(withTimeLimit(leaf, limit))
  }

  #timerAt(node: number): Timer | null {
    const timer = this.#held.timers[this.#places.timers.get(node) ?? NONE]
    return timer === undefined ? null : timerOf(timer)
  }

  #handleAt(node: number): Resource | null {
    const handle = this.#held.handles[this.#places.handles.get(node) ?? NONE]
    return handle === undefined ? null : resourceOfRead(this.#active.describe(handle))
  }

  #madeAt(holder: Holder): Frame | null {
    const made = this.#liveObject(holder)
    return made === null ? null : resourceMadeAt(made)
  }

  #frameOf({ fn }: Suspended): Frame | null {
    const script = scriptOf(this.#heap, fn)
    const { line = null, column = null } = this.#heap.locationOf(fn) ?? {}
    const isOwn = script !== null && (isOwnScript(script) || isInOwnText(script, line, column))
    if (script === null || isOwn || !isUsers(this.#heap, fn)) return null
    return Object.freeze({
      name: shownNameOf(this.#heap, fn),
      filename: fileOfScript(script),
      line: null,
      column: null,
    })
  }
}
