import { awaitedCall, awaitedMember, isAwaitedRace } from '../heap/awaited-call.js'
import type { Frame } from '../model/frame.js'
import { addTo } from '../model/lists-by-key.js'
import type { Task } from '../model/task.js'

/** Tells functions and promises apart within their source: an object of this process, or a node of a heap. */
export type Id = object | number

/** An async function or async generator that has begun and has not ended. */
export interface AsyncFunction {
  readonly id: Id
  readonly kind: 'async function' | 'async generator'
  /** The promise that it awaits; null while it runs. */
  readonly awaits: Id | null
  /** Its own promise; for a generator, that of the call which it answers now. */
  readonly settles: readonly Id[]
  /** Whether it belongs to Node.js or to the tracer. Those are not shown. */
  readonly isInternal: boolean
  /** Where it is suspended; null if that is not known. */
  readonly frame: Frame | null
  /** As V8 names it; empty if it has no name. */
  readonly name: string
  /** The task that runs it; null if the source does not know tasks. */
  readonly task: Task | null
  /** True if it has ended: it has returned the promise that it "awaits", and waits for nothing itself. */
  readonly hasReturned: boolean
  /** Plain functions that returned to it the promise that it awaits, outermost first. */
  readonly passedBy: readonly Frame[]
  /** The source that runs, from its `await` on; null if it cannot be had. */
  sourceAtAwait(): string | null
  /** The function that the source names so, if it has returned a promise without awaiting it; without a place. */
  readonly returnedBy?: Frame
}

/** The places of a function and of those that returned to it what it awaits, outermost first. */
export function framesOf({ frame, passedBy, returnedBy }: AsyncFunction): Frame[] {
  if (frame !== null && passedBy.length === 0 && returnedBy === undefined) return [frame]
  return [frame, ...passedBy, returnedBy].flatMap((each) => each ?? [])
}

/** One promise that settles another. */
export interface Settling {
  /** This promise must settle first. */
  readonly on: Id
  /** This promise is settled then. */
  readonly of: Id
  readonly kind:
    | 'then'
    | 'finally'
    | 'for await'
    | 'combinator'
    | 'resolved with'
    | 'import()'
    /** A call of an async generator that has to answer an earlier one first. */
    | 'queued call'
    | 'held resolver'
    | 'told'
  /** `any`: `of` can settle without it, as a race can without any one of its members. */
  readonly mode: 'all' | 'any'
  /** Of a combinator: `Promise.all`, and the member's place, or -1 if it is not known. */
  readonly member?: { readonly combinator: string; readonly index: number }
  /** If `of` was resolved with `on`: the function that the source names so, if it has returned `of`. */
  readonly returnedBy?: string
  /** The program's function that is called in between; null if there is none, or it is one of Node's. */
  readonly callback: Callback | null
}

/** What follows from a combinator between two promises. @param index the member's place, or -1 if it is not known. */
export function throughCombinator(combinator: string | null, index: number): Pick<Settling, 'mode' | 'member'> {
  if (combinator === null) return { mode: 'all' }
  const isChoice = combinator === 'Promise.race' || combinator === 'Promise.any'
  return { mode: isChoice ? 'any' : 'all', member: { combinator, index } }
}

/** A function given to `.then`, `.catch` or `.finally`. */
export interface Callback {
  readonly id: Id
  /** Where it was given, or where it is defined: what the source knows. */
  readonly frame: Frame
  /** Null if the source does not know tasks. */
  readonly task: Task | null
  /** Its name; empty if it has none or the source does not know it. */
  readonly name: string
}

/** The functions and promises of one thread that wait, and for what. */
export class WaitNet {
  readonly functions: readonly AsyncFunction[]
  readonly #settlings: Settling[] = []
  readonly #byId: ReadonlyMap<Id, AsyncFunction>
  readonly #functionOf = new Map<Id, AsyncFunction>()
  readonly #awaitersOf = new Map<Id, AsyncFunction[]>()
  readonly #settlingsOf = new Map<Id, Settling[]>()
  readonly #promisesThatSettle = new Map<Id, Set<Id>>()
  readonly #settlingsOn = new Map<Id, Settling[]>()
  #places: ReadonlyMap<Id, number> | null = null

  constructor(begun: readonly AsyncFunction[], known: readonly Settling[]) {
    const { functions, byMember, settlings } = withAwaitedCalls(begun, known)
    this.functions = functions
    this.#byId = new Map(functions.map((each) => [each.id, each]))
    for (const each of functions) {
      for (const promise of each.settles) this.#functionOf.set(promise, each)
      if (each.awaits !== null) addTo(this.#awaitersOf, each.awaits, each)
    }
    for (const settling of settlings) {
      const returnedBy = settling.kind === 'resolved with' ? byMember.get(settling.of) : undefined
      this.add(returnedBy === undefined ? settling : { ...settling, returnedBy })
    }
  }

  get settlings(): readonly Settling[] {
    return this.#settlings
  }

  /** A promise may be a member of a combinator, or of a race, several times: that is one wait. */
  add(settling: Settling): void {
    const { on, of } = settling
    const known = this.#promisesThatSettle.get(of)
    if (known === undefined) this.#promisesThatSettle.set(of, new Set([on]))
    else if (known.has(on)) return
    else known.add(on)
    addTo(this.#settlingsOf, of, settling)
    addTo(this.#settlingsOn, on, settling)
    this.#settlings.push(settling)
  }

  functionWithId(id: Id): AsyncFunction | null {
    return this.#byId.get(id) ?? null
  }

  /** Some functions in the order of the source. */
  inOrder(ids: readonly Id[]): readonly Id[] {
    if (ids.length < 2) return ids
    this.#places ??= new Map(this.functions.map(({ id }, place) => [id, place]))
    const places = this.#places
    return [...ids].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0))
  }

  /** The function that will settle a promise; null if none has begun. */
  functionBehind(promise: Id): AsyncFunction | null {
    return this.#functionOf.get(promise) ?? null
  }

  awaitersOf(promise: Id): readonly AsyncFunction[] {
    return this.#awaitersOf.get(promise) ?? []
  }

  /** How a promise will be settled by others. */
  settlingsOf(promise: Id): readonly Settling[] {
    return this.#settlingsOf.get(promise) ?? []
  }

  /** Which promises a promise will settle. */
  settlingsOn(promise: Id): readonly Settling[] {
    return this.#settlingsOn.get(promise) ?? []
  }

  /** How many functions and promises wait for a promise itself, not for what its callback does with a resolver. */
  waiterCount(promise: Id): number {
    const waiting = this.settlingsOn(promise).filter(({ kind }) => kind !== 'held resolver')
    return this.awaitersOf(promise).length + waiting.length
  }
}

interface AwaitedCalls {
  readonly functions: readonly AsyncFunction[]
  readonly settlings: readonly Settling[]
  /** By the promise that they have returned: the names of functions whose values are members of awaited combinators. */
  readonly byMember: ReadonlyMap<Id, string>
}

/**
 * Says more of promises that were resolved with others by the source at the `await` of such a promise:
 *
 * - A function that has returned a promise without awaiting it has ended: all that is left is its promise, resolved with
 *   the one that it returned. But if it was called at the `await`, the source there names it. Its place is not known.
 * - In a heap, a race of one promise looks like any `.then(resolve, reject)`.
 */
function withAwaitedCalls(begun: readonly AsyncFunction[], settlings: readonly Settling[]): AwaitedCalls {
  const ofFunctions = new Set<Id>()
  for (const { settles } of begun) for (const promise of settles) ofFunctions.add(promise)
  const isAdopted = new Map<Id, boolean>()
  const membersOf = new Map<Id, { readonly on: Id; readonly index: number }[]>()
  for (const { on, of, kind, member } of settlings) {
    if (kind !== 'told') isAdopted.set(of, kind === 'resolved with' && isAdopted.get(of) !== false)
    if (kind === 'combinator' && member !== undefined) addTo(membersOf, of, { on, index: member.index })
  }
  const isOfReturned = (promise: Id) => !ofFunctions.has(promise) && isAdopted.get(promise) === true
  const byMember = new Map<Id, string>()
  const races = new Set<Id>()
  const functions = begun.map((each) => {
    const { awaits, passedBy, isInternal, hasReturned } = each
    if (awaits === null || isInternal || hasReturned || passedBy.length > 0) return each
    const members = (membersOf.get(awaits) ?? []).filter(({ on }) => isOfReturned(on))
    const source = members.length > 0 || isOfReturned(awaits) ? each.sourceAtAwait() : null
    if (source === null) return each
    for (const { on, index } of members) {
      const name = awaitedMember(source, index)
      if (name !== null) byMember.set(on, name)
    }
    if (!isOfReturned(awaits)) return each
    if (isAwaitedRace(source)) races.add(awaits)
    const name = awaitedCall(source)
    return name === null ? each : { ...each, returnedBy: returnedFrame(name) }
  })
  if (races.size === 0) return { functions, byMember, settlings }
  const asMember = throughCombinator('Promise.race', -1)
  const isOfRace = ({ of, kind }: Settling) => races.has(of) && kind === 'resolved with'
  const known = settlings.map((each) => (isOfRace(each) ? { ...each, kind: 'combinator' as const, ...asMember } : each))
  return { functions, byMember, settlings: known }
}

function returnedFrame(name: string): Frame {
  return Object.freeze({ name, filename: null, line: null, column: null, returned: true })
}
