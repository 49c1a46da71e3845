import { Returned } from './stamp.js'

/**
 * Who waits for what, as V8 announces it: each `await` and each `.then` names the promise that it waits
 * for. A link on either promise lives as long as V8's own reaction does: it is cut when the waiter resumes.
 * No list of all of them exists; a dump finds them through the live promises.
 * What it costs is in `benchmarks/promises.mjs`.
 */

/** What only some promises need, so that the rest stays small. */
interface Rare {
  /** What was begun while this promise was made: it may be what settles it. */
  makers: Maker[] | null
  /** Promises that wait for this one, as the program told. */
  told: Set<object> | null
  /** Of an await at a promise that others wait for as well: its own place, a raw stack. */
  place: Error | null
  detail: WaitDetail | null
  /** Of a `.then`: the promise in whose executor it may have been called. */
  maker: object | null
}

const KIND = 7
const IS_AWAITED = 8
const IS_NAMED = 16
const IS_CAPTURED = 32
const IS_OF_CALL = 64
const IS_OF_UNKNOWN = 128

/** What a promise is waited for by, and what it waits for itself. Fields are few: there is one an await. */
export class Links {
  /** What the function or promise behind this promise waits for now; its `on` is null once that has come. */
  wait: Wait | null = null
  /** The newest of those that wait for this promise. */
  waiters: Wait | null = null
  rare: Rare | null = null
  flags = 0

  /** Whether anybody has ever awaited it. */
  get isAwaited(): boolean {
    return (this.flags & IS_AWAITED) !== 0
  }

  get makers(): readonly Maker[] | null {
    return this.rare === null ? null : this.rare.makers
  }
}

/** A timer or native operation, held weakly: it lives as long as the event loop or the program wants. */
export interface Maker {
  readonly resource: WeakRef<object>
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

let begun = 0
/** Waits up to this one are of an earlier time of tracing: how they went on was not seen. */
let lastOfEarlier = 0

/** What was noted is not read again. */
export function forgetWaits(): void {
  lastOfEarlier = begun
  unknownFunctions.clear()
  leaveReaction()
}

export function isOfNow(wait: Wait): boolean {
  return wait.order > lastOfEarlier
}

/** One await, or one `.then`, whose promise has not brought it to run. */
export class Wait extends Links {
  /** What it waits for; null once it has resumed. */
  on: object | null
  /** The promise that V8 made for this wait: thrown away by an await, returned by a `.then`. */
  waiter: object | null
  /** The promise that goes on then: the function's own, the derived one, the combinator's, the adopting one. */
  of: object
  /** The one that waited for the same promise before it. */
  earlier: Wait | null
  /** Where `of` is not certain: what it may be, outermost activation first. */
  candidates: readonly object[] | null
  /** Later waits have greater numbers. */
  order: number

  constructor(on: object, waiter: object, of: object, flags: number, earlier: Wait | null) {
    super()
    this.wait = this
    this.flags = flags
    this.on = on
    this.waiter = waiter
    this.of = of
    this.earlier = earlier
    this.candidates = null
    this.order = ++begun
  }

  get kind(): number {
    return this.flags & KIND
  }

  /** True where V8 has named `of`. */
  get isNamed(): boolean {
    return (this.flags & IS_NAMED) !== 0
  }

  /** True where the stack of the waiter's origin was captured at this very await. */
  get isCaptured(): boolean {
    return (this.flags & IS_CAPTURED) !== 0
  }

  /** True where it awaits a call that had just suspended: the waiter's origin holds the place of the call. */
  get isOfCall(): boolean {
    return (this.flags & IS_OF_CALL) !== 0
  }

  /** True where the promise of the awaiting function is not known. */
  get isOfUnknown(): boolean {
    return (this.flags & IS_OF_UNKNOWN) !== 0
  }

  get place(): Error | null {
    return this.rare === null ? null : this.rare.place
  }

  get detail(): WaitDetail | null {
    return this.rare === null ? null : this.rare.detail
  }

  get maker(): object | null {
    return this.rare === null ? null : this.rare.maker
  }
}

function rareOf(links: Links): Rare {
  links.rare ??= { makers: null, told: null, place: null, detail: null, maker: null }
  return links.rare
}

/**
 * Waits of functions whose promise nobody knows: top-level awaits above all. Held, so that a process which ends
 * with one unsettled can say so; bounded.
 */
const unknownFunctions = new Set<Wait>()
const MAX_UNKNOWN = 64

class Link extends Returned {
  #links: Links

  constructor(promise: object, links: Links) {
    super(promise)
    this.#links = links
  }

  static put(promise: object, links: Links): void {
    ;(promise as Link).#links = links
  }

  static get(promise: object): Links | null {
    return #links in promise ? (promise as Link).#links : null
  }
}

/** What is known of a promise; null where nobody has waited for it and it waits for nothing. */
export function linksOf(promise: object): Links | null {
  return Link.get(promise)
}

/** The wait that the present reaction has resumed. */
let resumed: Wait | null = null
/** The present reaction is V8's job that resolves this promise with another one. */
let adopting: object | null = null
/** Inside a native combinator: the waits for its members so far. */
let members: Wait | null = null
let isCollecting = false
/** What the last event began; null after any other. */
let newest: Wait | null = null

/**
 * An `await`. Hot: a few stores and one small object.
 *
 * @param function_ the awaiting function's own promise, as far as the recorder knows.
 * @param isSettled whether it has just settled: nobody else can be found waiting for it.
 * @param isNamed whether V8 named it; then this is the second half of `await value`.
 * @returns true where others wait for the same promise, or may do so later: V8 will not tell its place then.
 */
export function beginAwait(
  waiter: object,
  on: object,
  function_: object | null,
  isNamed: boolean,
  isSettled: boolean,
): boolean {
  if (isNamed) forgetFirstHalf(on, isSettled)
  const known = isSettled ? null : Link.get(on)
  const isShared = known === null ? !isSettled : mayBeShared(known)
  const wait = againOf(function_) ?? new Wait(on, waiter, function_ ?? resumed?.of ?? waiter, AWAIT, null)
  const { of } = wait
  wait.on = on
  wait.waiter = waiter
  wait.order = ++begun
  if (isNamed) {
    wait.flags |= IS_NAMED
    wait.candidates = null
  }
  if (!isSettled) {
    const links = known ?? linksFor(on)
    links.flags |= IS_AWAITED
    wait.earlier = links.waiters
    links.waiters = wait
  }
  new Link(waiter, wait)
  if (of !== waiter) linksFor(of).wait = wait
  if (function_ === null && (of === waiter || resumed?.isOfUnknown === true)) {
    wait.flags |= IS_OF_UNKNOWN
    if (unknownFunctions.size < MAX_UNKNOWN) unknownFunctions.add(wait)
  }
  newest = wait
  return isShared
}

/** A resumed function has one await at a time: the next one takes over what the last one left. */
function againOf(function_: object | null): Wait | null {
  if (resumed === null || resumed.on !== null || resumed.kind !== AWAIT) return null
  if (function_ !== null && function_ !== resumed.of) return null
  resumed.flags &= ~(IS_CAPTURED | IS_OF_CALL)
  resumed.earlier = null
  return resumed
}

/** Others wait for it; or it is a call that is pending, or made by hand: what others may hold. */
function mayBeShared(links: Links): boolean {
  const { waiters, wait } = links
  if (waiters !== null) return true
  if (wait !== null && wait.kind !== AWAIT) return false
  return !links.isAwaited || (wait !== null && wait.on !== null)
}

/**
 * A `.then`, `.catch` or `.finally`, also of Node's and V8's own.
 *
 * @param maker the promise of what runs innermost: its executor may hand on what `on` brings.
 */
export function beginThen(waiter: object, on: object, maker: object | null): void {
  const links = linksFor(on)
  const wait = new Wait(on, waiter, waiter, THEN | IS_NAMED, links.waiters)
  links.waiters = wait
  new Link(waiter, wait)
  if (isCollecting) {
    wait.flags = MEMBER | IS_NAMED
    rareOf(wait).detail = { combinator: '', index: 0, previous: members }
    members = wait
  } else if (adopting !== null) {
    wait.flags = ADOPT | IS_NAMED
    wait.of = adopting
    linksFor(adopting).wait = wait
    adopting = null
  } else if (maker !== null) rareOf(wait).maker = maker
}

/**
 * The recorder captures a stack at the newest await.
 *
 * @param running the promises of the activations that run, and of promises made by hand meanwhile.
 * @param isReaction whether a promise reaction runs: what it resumed may be the one that awaits.
 */
export function markCaptured(running: readonly (object | null)[], top: number, isReaction: boolean): void {
  if (newest === null) return
  newest.flags |= IS_CAPTURED
  const hasResumed = isReaction && (resumed === null || resumed.kind === AWAIT)
  if (top === 0) return
  const candidates = hasResumed ? [resumed?.of ?? (newest.waiter as object)] : []
  for (let i = 0; i < top; i++) candidates.push(running[i] as object)
  newest.candidates = candidates
}

/** The caller awaits the call that has just suspended: what its function may be was noted with that one. */
export function markCaller(before: Wait | null): void {
  if (newest === null) return
  newest.flags |= IS_OF_CALL
  if (before !== null) newest.candidates = before.candidates
}

export function markPlace(place: Error): void {
  if (newest !== null) rareOf(newest).place = place
}

/** A reaction begins. Hot. */
export function enterReaction(promise: object): void {
  adopting = null
  newest = null
  const links = Link.get(promise)
  if (links === null || links.wait !== links || (links as Wait).on === null) {
    resumed = null
    adopting = promise
    return
  }
  resumed = links as Wait
  const on = Link.get(resumed.on as object)
  if (on !== null) on.waiters = null
  if (resumed.isOfUnknown) unknownFunctions.delete(resumed)
  resumed.on = null
  resumed.waiter = null
  if (resumed.rare !== null) resumed.rare.place = resumed.rare.detail = resumed.rare.maker = null
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
  return newest
}

/**
 * A timer or native operation was begun while a promise's executor, or the function behind it, ran. Not hot:
 * each costs a native call anyway.
 */
export function noteResource(promise: object, resource: object, type: string, event: unknown = null): void {
  const links = linksFor(promise)
  const rare = rareOf(links)
  rare.makers ??= []
  if (rare.makers.length === MAX_MAKERS) rare.makers.shift()
  rare.makers.push({ resource: new WeakRef(resource), type, event })
}

/** The program knows of a wait that leaves no event. */
export function tell(promise: object, waiter: object): void {
  const links = linksFor(promise)
  const rare = rareOf(links)
  rare.told ??= new Set()
  rare.told.add(waiter)
}

export function untell(promise: object, waiter: object): void {
  const links = Link.get(promise)
  links?.rare?.told?.delete(waiter)
}

/** What the program told of those that wait for a promise. */
export function toldWaits(promise: object): Wait[] {
  const told = Link.get(promise)?.rare?.told
  if (told == null) return []
  return [...told].map((waiter) => new Wait(promise, waiter, waiter, TOLD | IS_NAMED, null))
}

/** The executor of `maker` called a promise's \`then\`, which hands on what it brings. */
export function handedOn(wait: Wait, maker: object): Wait {
  return new Wait(wait.on as object, wait.waiter as object, maker, THEN | IS_NAMED, null)
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
  const last = members
  for (let wait = members; wait !== null; wait = wait.detail?.previous ?? null) {
    const { previous } = wait.detail as WaitDetail
    rareOf(wait).detail = { combinator, index: --count, previous }
    if (result !== null) wait.of = result
  }
  members = null
  if (result !== null && last !== null) linksFor(result).wait = last
}

function linksFor(promise: object): Links {
  const known = Link.get(promise)
  if (known !== null) return known
  const links = new Links()
  new Link(promise, links)
  return links
}

/** `await value` first named the awaiting function's own promise as what the value's promise waits for. */
function forgetFirstHalf(value: object, isSettled: boolean): void {
  const first = Link.get(value)
  if (!(first instanceof Wait) || first.on === null) return
  const links = Link.get(first.on)
  if (links !== null) links.waiters = first.earlier
  first.on = null
  first.waiter = null
  // A thenable's promise will be resolved in a job of its own.
  if (!isSettled) Link.put(value, new Links())
}
