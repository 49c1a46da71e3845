import type { Origin } from './origin.js'
import { Stamp } from './stamp.js'

/**
 * Who waits for what, as V8 announces it: each `await` and each `.then` names the promise that it waits for.
 * The record is on the waiter, with its origin, and on the function's own promise: who holds that one holds what
 * it waits for, or a deadlock would be collected before anyone can look at it. One function's awaits share one
 * record: a resumed function that awaits again costs no allocation. What is waited for bears no mark, except
 * where V8 could not tell later where the waiter stands. No list of all waits exists; a dump finds them through
 * the live promises.
 * What it costs is in `benchmarks/promises.mjs`.
 */

/** What only some promises have. */
interface Rare {
  /** What was begun while this promise was made: it may be what settles it. */
  makers: Maker[] | null
  /** Promises that wait for this one, as the program told. */
  told: Set<object> | null
  detail: WaitDetail | null
  /** Of an await at a promise that others wait for as well: its own place, a raw stack. */
  place: Error | null
  /** Of a `.then`: the promise in whose executor it may have been called. */
  maker: object | null
}

const SHARED = 1
const SETTLED = 2
const NAMED = 4
const CAPTURED = 8
const OF_CALL = 16
const OF_UNKNOWN = 32

/** What is known of a promise beside what waits for it. */
export class Links {
  protected bits = SHARED
  rare: Rare | null = null

  /** True where others may hold it, or wait for it: V8 tells the place of an await where it is the only one. */
  get isShared(): boolean {
    return (this.bits & SHARED) !== 0
  }

  set isShared(is: boolean) {
    this.set(SHARED, is)
  }

  get isSettled(): boolean {
    return (this.bits & SETTLED) !== 0
  }

  set isSettled(is: boolean) {
    this.set(SETTLED, is)
  }

  addRare(): Rare {
    this.rare ??= { makers: null, told: null, detail: null, place: null, maker: null }
    return this.rare
  }

  protected set(bit: number, is: boolean): void {
    this.bits = is ? this.bits | bit : this.bits & ~bit
  }
}

/** A timer or native operation. It is let go when the promise settles. */
export interface Maker {
  readonly resource: object
  /** As Node calls its kind; `EVENT` for an emitter. */
  readonly type: string
  /** The name of the emitter's event. */
  readonly event: unknown
}

const MAX_MAKERS = 8

export const AWAIT = 0
export const THEN = 1
/** Of a combinator. */
export const MEMBER = 2
/** A promise was resolved with another one. */
export const ADOPT = 3
/** The program told of it. */
export const TOLD = 4

/** What only some waits need. */
export interface WaitDetail {
  /** A member's combinator: `Promise.all`. */
  readonly combinator: string
  /** A member's place among the others. */
  readonly index: number
  /** The member before it. */
  readonly previous: Wait | null
}

/** An async function that awaits, or one `.then`. */
export class Wait extends Links {
  /** Where the work comes from; null where it is not known. */
  origin: Origin | null
  /** What it waits for; null while it runs and once it has ended. */
  on: object | null
  /** The promise that V8 made for this wait: thrown away by an await, returned by a `.then`. */
  waiter: object | null
  /** The promise that goes on then: the function's own, the derived one, the combinator's, the adopting one. */
  of: object
  kind: number
  /** Later waits have higher numbers. */
  order = ++lastOrder
  /** Where `of` is not certain: what it may be, outermost activation first. */
  candidates: readonly object[] | null = null

  constructor(
    origin: Origin | null,
    on: object | null,
    waiter: object | null,
    of: object,
    kind: number,
    isNamed: boolean,
  ) {
    super()
    this.origin = origin
    this.on = on
    this.waiter = waiter
    this.of = of
    this.kind = kind
    if (isNamed) this.bits |= NAMED
  }

  /** True where V8 has named `of`. */
  get isNamed(): boolean {
    return (this.bits & NAMED) !== 0
  }

  /** True where the stack of the waiter's origin was captured at this very await. */
  get isCaptured(): boolean {
    return (this.bits & CAPTURED) !== 0
  }

  set isCaptured(is: boolean) {
    this.set(CAPTURED, is)
  }

  /** True where it awaits a call that had just suspended: the waiter's origin holds the place of the call. */
  get isOfCall(): boolean {
    return (this.bits & OF_CALL) !== 0
  }

  set isOfCall(is: boolean) {
    this.set(OF_CALL, is)
  }

  /** True where the promise of the awaiting function is not known. */
  get isOfUnknown(): boolean {
    return (this.bits & OF_UNKNOWN) !== 0
  }

  set isOfUnknown(is: boolean) {
    this.set(OF_UNKNOWN, is)
  }

  get detail(): WaitDetail | null {
    return this.rare?.detail ?? null
  }

  get place(): Error | null {
    return this.rare?.place ?? null
  }

  get maker(): object | null {
    return this.rare?.maker ?? null
  }

  /** The function that was resumed awaits again. */
  beginAgain(origin: Origin | null, on: object, waiter: object, isNamed: boolean): void {
    this.origin = origin
    this.on = on
    this.waiter = waiter
    this.order = ++lastOrder
    this.bits = (this.bits & ~(CAPTURED | OF_CALL)) | (isNamed ? NAMED : 0)
  }

  /** What it waited for has come. */
  end(): void {
    this.on = null
    this.waiter = null
    if (this.rare === null) return
    this.rare.place = null
    this.rare.maker = null
  }
}

let lastOrder = 0
/** Waits up to this one are of an earlier time of tracing: how they went on was not seen. */
let lastOfEarlier = 0
/**
 * Waits of functions whose promise nobody knows: top-level awaits above all. Held, so that a process which ends
 * with one unsettled can say so; bounded.
 */
const unknownFunctions = new Set<Wait>()
const MAX_UNKNOWN = 64
/** The wait that the present reaction has resumed. */
let resumed: Wait | null = null
/** The present reaction is V8's job that resolves this promise with another one. */
let adopting: object | null = null
/** Inside a native combinator: the waits for its members so far. */
let members: Wait | null = null
let isCollecting = false
/** What the last event began; null after any other. */
let newest: Wait | null = null

/** What was noted is not read again. */
export function forgetWaits(): void {
  lastOfEarlier = lastOrder
  unknownFunctions.clear()
  leaveReaction()
}

export function isOfNow(wait: Wait): boolean {
  return wait.order > lastOfEarlier
}

/** What is known of a promise; null for nothing. */
export function linksOf(promise: object): Links | null {
  const record = Stamp.get(promise)
  return record instanceof Links ? record : null
}

/**
 * An `await`. Hot: a few stores, and one small object where a function awaits for the first time.
 *
 * @param function_ the awaiting function's own promise, as far as the recorder knows; null for the resumed one.
 * @param isNamed whether V8 named it; then this is the second half of `await value`.
 */
export function beginAwait(
  origin: Origin | null,
  waiter: object,
  on: object,
  function_: object | null,
  isNamed: boolean,
): void {
  if (isNamed) forgetFirstHalf(on)
  const own = resumed
  if (own !== null && own.kind === AWAIT && own.on === null && (function_ === null || function_ === own.of)) {
    own.beginAgain(origin, on, waiter, isNamed)
    newest = own
  } else {
    const isOwn = function_ === null && own !== null
    newest = new Wait(origin, on, waiter, function_ ?? own?.of ?? waiter, AWAIT, isNamed || (isOwn && own.isNamed))
    if (isOwn) newest.candidates = own.candidates
    if (function_ === null && (own === null || own.isOfUnknown)) newest.isOfUnknown = true
    linkFunction(newest)
  }
  if (newest.isOfUnknown && unknownFunctions.size < MAX_UNKNOWN) unknownFunctions.add(newest)
  new Stamp(waiter, newest)
}

/** Puts the record on the promise of its function as well. */
export function linkFunction(wait: Wait): void {
  if (wait.of === wait.waiter) return
  const record = Stamp.get(wait.of)
  if (record === null) {
    new Stamp(wait.of, wait)
    return
  }
  if (!(record instanceof Links) || record instanceof Wait) return
  wait.rare = record.rare
  Stamp.put(wait.of, wait)
}

/** The newest await began with a capture: what it continues is known only afterwards. */
export function setOrigin(origin: Origin | null): void {
  if (newest !== null) newest.origin = origin
}

/**
 * Of a promise that was not made just before.
 *
 * @returns true where others wait for it as well, or may do so later: V8 will not tell the place then.
 */
export function mayBeShared(promise: object): boolean {
  const known = linksFor(promise)
  // On a function's own promise lies the record of its awaits, which says nothing of the promise itself.
  if (isOfFunction(known, promise)) return true
  if (known.isSettled) return false
  const { isShared } = known
  known.isShared = true
  return isShared
}

/**
 * A `.then`, `.catch` or `.finally`, also of Node's and V8's own.
 *
 * @param maker the promise of what runs innermost: its executor may hand on what `on` brings.
 */
export function beginThen(waiter: object, on: object, maker: object | null): void {
  const wait = new Wait(null, on, waiter, waiter, THEN, true)
  new Stamp(waiter, wait)
  newest = wait
  // What was just derived is held by one at most, until somebody waits for it.
  wait.isShared = false
  const known = linksOf(on)
  if (known !== null) known.isShared = true
  if (isCollecting) {
    wait.kind = MEMBER
    wait.addRare().detail = { combinator: '', index: 0, previous: members }
    members = wait
  } else if (adopting !== null) {
    wait.kind = ADOPT
    wait.of = adopting
    adopting = null
  } else if (maker !== null) wait.addRare().maker = maker
}

/**
 * The recorder captures a stack at the newest await.
 *
 * @param running the promises of the activations that run, and of promises made by hand meanwhile.
 * @param isReaction whether a promise reaction runs: what it resumed may be the one that awaits.
 */
export function markCaptured(running: readonly (object | null)[], top: number, isReaction: boolean): void {
  if (newest === null) return
  newest.isCaptured = true
  if (top === 0) return
  const hasResumed = isReaction && (resumed === null || resumed.kind === AWAIT)
  const first = hasResumed ? 1 : 0
  // Of exactly this length: an array that grows takes room for seventeen.
  const candidates = new Array<object>(first + top)
  if (hasResumed) candidates[0] = resumed?.of ?? (newest.waiter as object)
  for (let i = 0; i < top; i++) candidates[first + i] = running[i] as object
  newest.candidates = candidates
}

/** The caller awaits the call that has just suspended: what its function may be was noted with that one. */
export function markCaller(before: Wait | null): void {
  if (newest === null) return
  newest.isOfCall = true
  if (before !== null) newest.candidates = before.candidates
}

export function markPlace(place: Error): void {
  if (newest !== null) newest.addRare().place = place
}

/** A reaction of a known wait begins. Hot. */
export function enterReaction(wait: Wait, promise: object): void {
  newest = null
  if (wait.on === null || wait.waiter !== promise) {
    resumed = null
    adopting = promise
    return
  }
  adopting = null
  resumed = wait
  // It may have settled before it was first seen.
  if (wait.place !== null) noteSettled(wait.on)
  if (wait.isOfUnknown) unknownFunctions.delete(wait)
  wait.end()
}

/** A reaction begins of which no wait is known. */
export function enterUnknownReaction(promise: object): void {
  newest = null
  resumed = null
  adopting = promise
}

export function leaveReaction(): void {
  if (resumed !== null && resumed.on === null) resumed.candidates = null
  resumed = null
  adopting = null
  newest = null
}

/** What the present reaction has resumed, for one within it. */
export function presentReaction(): Wait | null {
  return resumed
}

export function returnToReaction(outer: Wait | null): void {
  resumed = outer
}

/** The newest await, if nothing has happened since. */
export function newestAwait(): Wait | null {
  return newest?.kind === AWAIT ? newest : null
}

/** A promise has settled. Hot. */
export function noteSettled(promise: object): void {
  const record = Stamp.get(promise)
  if (record instanceof Links) settle(record, promise)
}

function settle(links: Links, promise: object): void {
  if (!isOfFunction(links, promise)) links.isSettled = true
  if (links.rare !== null) links.rare.makers = null
}

function isOfFunction(links: Links, promise: object): boolean {
  return links instanceof Wait && links.kind === AWAIT && links.waiter !== promise
}

/**
 * A timer or native operation was begun while a promise's executor, or the function behind it, ran. Not hot:
 * each costs a native call anyway.
 */
export function noteResource(promise: object, resource: object, type: string, event: unknown = null): void {
  const rare = linksFor(promise).addRare()
  rare.makers ??= []
  if (rare.makers.length === MAX_MAKERS) rare.makers.shift()
  rare.makers.push({ resource, type, event })
}

/** The program knows of a wait that leaves no event. */
export function tell(promise: object, waiter: object): void {
  const rare = linksFor(promise).addRare()
  rare.told ??= new Set()
  rare.told.add(waiter)
}

export function untell(promise: object, waiter: object): void {
  linksOf(promise)?.rare?.told?.delete(waiter)
}

/** What the program told of those that wait for a promise. */
export function toldWaits(promise: object): Wait[] {
  const told = linksOf(promise)?.rare?.told
  if (told == null) return []
  return [...told].map((waiter) => new Wait(null, promise, waiter, waiter, TOLD, true))
}

/** The executor of `maker` called a promise's `then`, which hands on what it brings. */
export function handedOn(wait: Wait, maker: object): Wait {
  const handed = new Wait(wait.origin, wait.on, wait.waiter, maker, THEN, true)
  handed.order = wait.order
  return handed
}

/** The native combinator's own `.then` calls follow. */
export function beginMembers(): void {
  isCollecting = true
  members = null
}

/** @param result the combinator's promise; null where it threw. */
export function endMembers(result: object | null, combinator: string): void {
  isCollecting = false
  let count = 0
  for (let wait = members; wait !== null; wait = wait.detail?.previous ?? null) count++
  for (let wait = members; wait !== null; wait = wait.detail?.previous ?? null) {
    const { previous } = wait.detail as WaitDetail
    wait.addRare().detail = { combinator, index: --count, previous }
    if (result !== null) wait.of = result
  }
  members = null
  if (result !== null) linksFor(result).isShared = false
}

function linksFor(promise: object): Links {
  const record = Stamp.get(promise)
  if (record instanceof Links) return record
  const links = record === null ? new Links() : new Wait(record as Origin, null, null, promise, THEN, true)
  Stamp.put(promise, links)
  return links
}

/** `await value` first named the awaiting function's own promise as what the value's promise waits for. */
function forgetFirstHalf(value: object): void {
  const first = Stamp.get(value)
  if (!(first instanceof Wait)) return
  first.end()
  // It was not for the promise that it was taken for.
  if (first !== resumed && Stamp.get(first.of) === first) {
    const links = new Links()
    links.rare = first.rare
    Stamp.put(first.of, links)
  }
}
