import { probeAwaits } from '../engine/await-probe.js'
import { arePending, liveObjects } from '../engine/live-objects.js'
import { promisesOfOtherRealms } from '../engine/realms.js'
import { type Site, sameFunction } from '../engine/site.js'
import { isAwaitInLine, promiseMethodAt } from '../engine/source-text.js'
import type { Frame } from '../model/frame.js'
import { addTo } from '../model/lists-by-key.js'
import { compiledWait, functionOf, isFromExecutor, placeOfCall } from '../record/hop.js'
import { listedWaits, releaseYoungWaits, relistWaits } from '../record/listed-waits.js'
import { type Origin, SEGMENT } from '../record/origin.js'
import { readPlace, readStack } from '../record/pending-stacks.js'
import { originOfPromise } from '../record/present.js'
import { mute } from '../record/recorder.js'
import { Wait } from '../record/wait.js'
import { handedOn, linksOf, toldPromises, toldWaits } from '../record/wait-links.js'
import { isOfNow } from '../record/waits.js'
import { frameAt } from './frame-at.js'
import { settleFunctions } from './function-promises.js'
import { heapPrice } from './heap-price.js'
import { isAwait, isThen, type PresentWait } from './present-wait.js'
import { isStandIn } from './stand-ins.js'

/** What the heap tells of waits. */
interface HeapFacts {
  reactionsOf(promise: object): number
  definitionOf(wait: Wait): Frame | null
  isUnrecorded(wait: Wait): boolean
  isOfNode(wait: Wait): boolean
}

/**
 * Who waits for what in this thread at one moment. Made at once and from links and the engine's own state
 * only: no code of the program's runs, and no promise notices.
 */
export class PresentWaits {
  readonly all: readonly PresentWait[]
  readonly #waitsOf = new Map<object, PresentWait[]>()
  readonly #waitersOf = new Map<object, PresentWait[]>()
  readonly #places = new Map<Wait, Site | null>()
  readonly #frames = new Map<Wait, Frame | null>()
  readonly #pending = new Map<object, boolean>()

  readonly #reading: HeapFacts | null

  /** @param reading of the heap, where waits are among these that only it tells of. */
  constructor(waits: readonly PresentWait[], reading: HeapFacts | null = null) {
    this.all = waits
    this.#reading = reading
    for (const wait of waits) addTo(this.#waitersOf, wait.on, wait)
    this.#findPlaces()
    settleFunctions(waits, {
      waitersOf: (promise) => this.waitersOf(promise),
      placeOf: (wait) => this.placeOf(wait),
      askTwo: (asked) => probeMuted(asked, 2),
    })
    for (const wait of waits) addTo(this.#waitsOf, wait.of, wait)
  }

  /** What the function or promise behind a promise waits for. */
  waitsOf(promise: object): readonly PresentWait[] {
    return this.#waitsOf.get(promise) ?? []
  }

  /** What will settle a promise, read from the heap: another one, or who holds its resolver. */
  addFeed(wait: PresentWait): void {
    addTo(this.#waitsOf, wait.of, wait)
    addTo(this.#waitersOf, wait.on, wait)
  }

  /** What waits for a promise. */
  waitersOf(promise: object): readonly PresentWait[] {
    return this.#waitersOf.get(promise) ?? []
  }

  /** The await of an async function behind a promise; null where none is suspended there. */
  awaitOf(promise: object): PresentWait | null {
    return this.waitsOf(promise).find(isAwait) ?? null
  }

  /** Where an async function awaits; null where that cannot be told for certain. */
  placeOf(wait: Wait): Site | null {
    return this.#places.get(wait) ?? null
  }

  /** The function that awaits, where only that can be told: its place is that of an earlier await. */
  functionOf(wait: PresentWait): Site | null {
    const origin = originOfPromise(wait.waiter)
    return origin === null ? null : functionOf(origin)
  }

  /**
   * The awaiting function's frame; without a line where only the function is known for certain. For a `.then`, where
   * it was called. Null for Node's and the tracer's own.
   */
  frameOf(wait: PresentWait): Frame | null {
    let frame = this.#frames.get(wait)
    if (frame === undefined && isThen(wait)) {
      frame = this.#compiledFrame(wait) ?? thenFrame(wait)
      this.#frames.set(wait, frame)
    }
    if (frame === undefined) {
      const place = this.placeOf(wait)
      const site = place ?? this.functionOf(wait)
      if (site === null) frame = this.#reading?.definitionOf(wait) ?? null
      else if (site.isInternal) frame = null
      else if (place !== null) frame = Object.freeze(frameAt(place, ''))
      else frame = Object.freeze({ ...frameAt(site, ''), line: null, column: null })
      this.#frames.set(wait, frame)
    }
    return frame
  }

  /** Of a function that a compiler made of an async one: where it awaits is known where it called what it awaits. */
  #compiledFrame(wait: PresentWait): Frame | null {
    const origin = originOfPromise(wait.waiter)
    const compiled = origin === null ? null : compiledWait(origin)
    if (origin === null || compiled === null) return null
    const frame = frameAt(compiled.place, '')
    const [called] = this.waitsOf(wait.on)
    const its = called === undefined ? null : originOfPromise(called.waiter)
    const place = its === null ? null : placeOfCall(origin, its)
    const { line, column } = place === null ? { line: null, column: null } : frameAt(place, '')
    return Object.freeze({ ...frame, line, column })
  }

  /** Of Node's own or the tracer's. */
  isHidden(wait: PresentWait): boolean {
    if (this.placeOf(wait)?.isInternal === true || this.#reading?.isOfNode(wait) === true) return true
    return this.isUnrecorded(wait) && this.frameOf(wait) === null
  }

  isUnrecorded(wait: PresentWait): boolean {
    return this.#reading?.isUnrecorded(wait) === true
  }

  isPending(promise: object): boolean {
    let known = this.#pending.get(promise)
    if (known === undefined) {
      known = isStandIn(promise) || arePending([promise])[0] === true
      this.#pending.set(promise, known)
    }
    return known
  }

  #findPlaces(): void {
    // V8 tells it where the await is the only reaction, and only then is it safe to ask.
    const isOnly = ({ on }: PresentWait) =>
      this.waitersOf(on).length === 1 && (this.#reading === null || this.#reading.reactionsOf(on) === 1)
    const single = this.all.filter((wait) => isAwait(wait) && isOnly(wait) && !isStandIn(wait.on))
    const answers = probeMuted(single, 1)
    single.forEach((wait, i) => {
      const place = answers[i]?.[0]
      if (place == null) return
      this.#places.set(wait, place)
      this.#pending.set(wait.on, true)
    })
    for (const wait of this.all) {
      if (isAwait(wait) && !this.#places.has(wait)) this.#places.set(wait, recordedPlace(wait))
    }
  }
}

/** Every wait of this thread. */
export function presentWaits(): PresentWaits {
  return new PresentWaits(foundWaits().recorded)
}

/** The promises of this thread. */
export interface KnownPromises {
  readonly promises: readonly object[]
  /** They are all that are alive; else those that the recorded waits are of. */
  readonly isWhole: boolean
}

export interface FoundWaits extends KnownPromises {
  /** In the order in which they began. */
  readonly recorded: readonly PresentWait[]
  /** How many contexts of `vm` could not be asked for their promises. */
  readonly unreadContexts: number
}

/**
 * The waits of this thread. Of a small heap, V8 finds the promises after a full collection: what nothing holds is not there. Of a large
 * one, it would take long and much memory for that: what it has not collected yet is still there.
 */
export function foundWaits(): FoundWaits {
  const listed = heapPrice().isLarge ? listedWaits() : null
  if (listed !== null) return ofListed(listed.filter(isPresent))
  releaseYoungWaits()
  const { promises, unreadContexts } = livePromises()
  const waits = waitsOf(promises)
  relistWaits(waits, unreadContexts === 0)
  return { recorded: inOrder(waits, promises), promises, isWhole: true, unreadContexts }
}

/** All, after a full collection. */
export function livePromises(): Pick<FoundWaits, 'promises' | 'unreadContexts'> {
  const own = liveObjects([Promise.prototype])[0] ?? []
  const { objects, unread } = promisesOfOtherRealms()
  return { promises: objects.length === 0 ? own : [...own, ...objects], unreadContexts: unread }
}

/** In the order in which they began. */
export function recordedWaits(promises: readonly object[]): PresentWait[] {
  return inOrder(waitsOf(promises), promises)
}

function waitsOf(promises: readonly object[]): Wait[] {
  return promises.flatMap((promise) => {
    const links = linksOf(promise)
    return links instanceof Wait && links.waiter === promise && isPresent(links) ? [links] : []
  })
}

function ofListed(waits: readonly Wait[]): FoundWaits {
  const told = toldPromises()
  const promises = [...new Set([...told, ...promisesOfWaits(waits)])]
  return { recorded: inOrder(waits, told), promises, isWhole: false, unreadContexts: 0 }
}

/** All that are named by waits. */
export function promisesOfWaits(waits: readonly Wait[]): object[] {
  const promises = new Set<object>()
  for (const { on, waiter, of, candidates } of waits) {
    for (const promise of [on, waiter, of, ...(candidates ?? [])]) if (promise !== null) promises.add(promise)
  }
  return [...promises]
}

function isPresent(wait: Wait): boolean {
  return wait.on !== null && wait.waiter !== null && isOfNow(wait) && linksOf(wait.waiter) === wait
}

/** @param promises those that somebody may wait for, as the program told. */
function inOrder(waits: readonly Wait[], promises: readonly object[]): PresentWait[] {
  const found = promises.flatMap(toldWaits)
  for (const wait of waits) {
    const maker = makerOf(wait, wait.waiter as object)
    found.push(maker === null ? wait : handedOn(wait, maker))
  }
  return (found as PresentWait[]).sort((a, b) => a.order - b.order)
}

/** The promise that a `.then` goes on to settle, by what its executor does; null where none is known for certain. */
function makerOf(wait: Wait, waiter: object): object | null {
  const { maker, caller, rare } = wait
  const origin = maker === null && caller === null ? null : originOfPromise(waiter)
  if (origin === null) return null
  const compiled = compiledWait(origin)
  if (compiled === null) return maker !== null && isFromExecutor(origin) ? maker : null
  // Other promises may have been made meanwhile, of which one was then taken for that of the call.
  if (compiled.activations !== rare?.activations) return null
  return isFromExecutor(origin) ? maker : caller
}

function probeMuted(waits: readonly PresentWait[], functions: number): readonly (readonly Site[])[] {
  const before = mute(true)
  try {
    return probeAwaits(
      waits.map(({ on }) => on),
      functions,
    )
  } finally {
    mute(before)
  }
}

function recordedPlace(wait: PresentWait): Site | null {
  if (wait.place !== null) return readPlace(wait.place)
  const origin = originOfPromise(wait.waiter)
  if (origin?.stack == null) return null
  if (wait.isCaptured) return readStack(origin.stack)[0] ?? null
  // A call that it awaited at once: the await is in the same line where the text says so.
  const call = wait.isOfCall ? functionOf(origin) : callOfSegment(wait, origin)
  return call !== null && isAwaitInLine(call) ? call : null
}

/** The program's call of a `.then`, on top of which V8 may show its own functions and subclasses of promises. */
function thenSite(wait: PresentWait): Site | null {
  const stack = originOfPromise(wait.waiter)?.stack ?? null
  return stack === null
    ? null
    : (readStack(stack).find(({ script, name }) => script && !name.startsWith('new ')) ?? null)
}

/** Whether it is `.finally` that waits, as the program's text has it. */
export function isFinally(wait: PresentWait): boolean {
  const site = thenSite(wait)
  return site !== null && !site.isInternal && promiseMethodAt(site) === 'finally'
}

function thenFrame(wait: PresentWait): Frame | null {
  const site = thenSite(wait)
  if (site === null || site.isInternal) return null
  const frame = frameAt(site, '')
  const method = promiseMethodAt(site) ?? 'then'
  return Object.freeze({ ...frame, name: frame.name.startsWith('<') ? `<${method}>` : `<${method} in ${frame.name}>` })
}

/** Where a resumed function called what it then awaited: its place is in the stack that the call captured. */
function callOfSegment(wait: PresentWait, origin: Origin): Site | null {
  const called = linksOf(wait.on)
  const its = called instanceof Wait && called.waiter !== null ? originOfPromise(called.waiter) : null
  const own = functionOf(origin)
  if (its?.stack == null || its.awaiter !== SEGMENT || own === null) return null
  return readStack(its.stack).findLast((site) => sameFunction(site, own)) ?? null
}
