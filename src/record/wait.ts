import { isArray } from '../engine/primordials.js'
import type { Origin } from './origin.js'
import type { MadeIn } from './thenable-job.js'

/** What only some promises have. */
interface Rare {
  /** What was begun while this promise was made: it may be what settles it. */
  makers: Maker[] | null
  detail: WaitDetail | null
  /** Of an await at a promise that others wait for as well: its own place, a raw stack. */
  place: Error | null
  /** Of a `.then`: the promise in whose executor it may have been called. */
  maker: object | null
  /** Of a `.then` that a reaction called: the promise in whose executor the `.then` of that reaction may have been called. */
  caller: object | null
  madeIn: MadeIn | null
  /** How many activations were noted when `maker` was, or when `caller` was noted as one. */
  activations: number
}

const SHARED = 1
const SETTLED = 2
const NAMED = 4
const CAPTURED = 8
const OF_CALL = 16
const OF_UNKNOWN = 32
const OF_OLDER_STACK = 64
const FED = 128
const FORKED = 256
const OF_COMBINATOR = 512
const HELD_BY_LIST = 1024
const OF_VALUE = 2048
const OF_ENDED_CALL = 4096
const OF_OTHERS = 8192
const LISTED_AS_OLD = 16_384

/** What is known of a promise beside what waits for it. */
export class Links {
  protected bits = SHARED
  rare: Rare | null = null
  /** The only `.then` of this promise so far, and so where V8's walk goes on from it; null where it ends. */
  next: Wait | null = null

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

  /** True where another promise may settle this one although it does not derive from it. */
  get isFed(): boolean {
    return (this.bits & FED) !== 0
  }

  set isFed(is: boolean) {
    this.set(FED, is)
  }

  /** True for the result of `Promise.all`, `allSettled` or `any`: V8's walk meets a frame on its way there. */
  get isOfCombinator(): boolean {
    return (this.bits & OF_COMBINATOR) !== 0
  }

  set isOfCombinator(is: boolean) {
    this.set(OF_COMBINATOR, is)
  }

  /** A `.then` of this promise: with a second one, V8's walk ends here. */
  leadTo(wait: Wait): void {
    if (this.next === null && (this.bits & FORKED) === 0) this.next = wait
    else this.endWalk()
  }

  endWalk(): void {
    this.next = null
    this.bits |= FORKED
  }

  /** What another record of the same promise knew of it. */
  takeOver({ rare, next, bits }: Links): void {
    this.rare = rare
    this.next = next
    this.bits |= bits & (FED | FORKED | OF_COMBINATOR)
  }

  addRare(): Rare {
    this.rare ??= {
      makers: null,
      detail: null,
      place: null,
      maker: null,
      caller: null,
      madeIn: null,
      activations: 0,
    }
    return this.rare
  }

  protected set(bit: number, is: boolean): void {
    this.bits = is ? this.bits | bit : this.bits & ~bit
  }
}

/** A timer or native operation. It is let go when the promise settles. */
export interface Maker {
  readonly resource: object
  /** As Node calls its kind; `EVENT` for an emitter, `STREAM_END` for a stream that is to end. */
  readonly type: string
  /** The name of the emitter's event. */
  readonly event: unknown
  /** Of an emitter: nothing else can settle the promise. */
  readonly isAlone: boolean
  /** Of a timer: Node's time when it was set. */
  readonly startedMs: number | null
}

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
  /** Its neighbours in the list of young waits; null outside of it. */
  newer: Wait | null = null
  older: Wait | null = null
  /** One of them stands for itself: a list would take 56 bytes more, for as long as the function is suspended. */
  private mayBe: object | readonly object[] | null = null

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

  /** Where `of` is not certain: what it may be, outermost activation first. */
  get candidates(): readonly object[] | null {
    const { mayBe } = this
    return mayBe === null || isArray(mayBe) ? (mayBe as readonly object[] | null) : [mayBe]
  }

  /** @param list of exactly its length: an array that grows takes room for seventeen. */
  setCandidates(list: readonly object[] | null): void {
    this.mayBe = list !== null && list.length === 1 ? (list[0] as object) : list
  }

  shareCandidates({ mayBe }: Wait): void {
    this.mayBe = mayBe
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

  /** True where it awaits a value that is no promise: V8 has wrapped it in one, which is fulfilled. */
  get isOfValue(): boolean {
    return (this.bits & OF_VALUE) !== 0
  }

  set isOfValue(is: boolean) {
    this.set(OF_VALUE, is)
  }

  /** True where it awaits a call that had ended without suspending: nothing could have handled its rejection yet. */
  get isOfEndedCall(): boolean {
    return (this.bits & OF_ENDED_CALL) !== 0
  }

  set isOfEndedCall(is: boolean) {
    this.set(OF_ENDED_CALL, is)
  }

  /** What it awaits is of a subclass or of another realm; the promise that V8 made for it may be, too. */
  markOfOthers(): void {
    this.bits |= OF_OTHERS
  }

  /** Whether V8 made the promise for this await, and it is certainly of our own realm. */
  isOwnAwaitOf(promise: object): boolean {
    return this.waiter === promise && this.kind === AWAIT && (this.bits & OF_OTHERS) === 0
  }

  /** True where the promise of the awaiting function is not known. */
  get isOfUnknown(): boolean {
    return (this.bits & OF_UNKNOWN) !== 0
  }

  set isOfUnknown(is: boolean) {
    this.set(OF_UNKNOWN, is)
  }

  /** True where the candidates were noted at an earlier await of the function: its present stack says nothing of them. */
  get areCandidatesOlder(): boolean {
    return (this.bits & OF_OLDER_STACK) !== 0
  }

  set areCandidatesOlder(are: boolean) {
    this.set(OF_OLDER_STACK, are)
  }

  /** True while the list of functions whose promise is not known holds it. */
  get isHeld(): boolean {
    return (this.bits & HELD_BY_LIST) !== 0
  }

  set isHeld(is: boolean) {
    this.set(HELD_BY_LIST, is)
  }

  /** True while the list of old waits has it, whether it is still one or not. */
  get isListedAsOld(): boolean {
    return (this.bits & LISTED_AS_OLD) !== 0
  }

  set isListedAsOld(is: boolean) {
    this.set(LISTED_AS_OLD, is)
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

  get caller(): object | null {
    return this.rare?.caller ?? null
  }

  /** The function that was resumed awaits again. */
  beginAgain(origin: Origin | null, on: object, waiter: object, isNamed: boolean): void {
    this.origin = origin
    this.on = on
    this.waiter = waiter
    this.order = ++lastOrder
    this.bits = (this.bits & ~(CAPTURED | OF_CALL | OF_OTHERS)) | (isNamed ? NAMED : 0)
  }

  /** What it waited for has come. */
  end(): void {
    this.on = null
    this.waiter = null
    if (this.rare === null) return
    this.rare.place = null
    this.rare.maker = null
    this.rare.caller = null
  }
}

let lastOrder = 0

/** The order of the newest wait. */
export function newestOrder(): number {
  return lastOrder
}
