import type { StackEntry } from '../model/promise-call-stack.js'
import type { AsyncFunction, Id, Settling, WaitNet } from '../waits/net.js'
import { memberText } from '../waits/steps.js'

/** What waits for a promise, and the combinators in between. */
export interface Awaiter {
  readonly between: readonly StackEntry[]
  /** The function that awaits it; null for a promise that is shown itself, or that the program told of. */
  readonly function: AsyncFunction | null
  /** The promise of what waits. */
  readonly promise: Id
}

/** So many combinators in a row are shown as frames of the function behind them. */
const MOST_COMBINATORS = 8
/** So many promises are passed again from each promise that leads into them. */
const MOST_LINKS = 32

/** One step up from a promise: to a function, or to a promise that settles with it. */
interface Step {
  readonly function: AsyncFunction | null
  readonly of: Id
  readonly member: Settling['member']
  /** Whether what it leads to is shown, and not passed over. */
  readonly isShown: boolean
}

/**
 * Finds what awaits a promise, passing over combinators, `.then` and Node's own functions. If many ways lead to such a
 * promise and many lead on, each way in would be listed with each way out: it is shown as an awaiter of its own instead,
 * so that the list grows with the waits only.
 */
export class Awaiters {
  readonly #net: WaitNet
  readonly #outermost: (promise: Id) => Id
  /** In how many ways each promise is reached from the first one. */
  readonly #arrivals = new Map<Id, number>()
  readonly #isJunction = new Map<Id, boolean>()

  /** @param outermost the promise of the outermost function of the task that will settle a promise. */
  constructor(net: WaitNet, outermost: (promise: Id) => Id, first: Id | null) {
    this.#net = net
    this.#outermost = outermost
    if (first !== null) this.#countArrivals(first)
  }

  of(promise: Id): Awaiter[] {
    const found: Awaiter[] = []
    const open: { promise: Id; between: readonly StackEntry[] }[] = [{ promise, between: [] }]
    for (let at = 0; at < open.length; at++) {
      const next = open[at] as { promise: Id; between: readonly StackEntry[] }
      for (const step of this.#stepsFrom(next.promise)) {
        const { of, member } = step
        const between = member === undefined ? next.between : [...next.between, combinatorEntry(member)]
        if (step.isShown) found.push({ between, function: step.function, promise: of })
        else if (this.#isPassed(of) && between.length < MOST_COMBINATORS) open.push({ promise: of, between })
        else found.push({ between, function: null, promise: of })
      }
    }
    return found
  }

  #isPassed(promise: Id): boolean {
    if (this.#stepsFrom(promise).length === 0) return false
    let isJunction = this.#isJunction.get(promise)
    if (isJunction === undefined) {
      isJunction = (this.#arrivals.get(promise) ?? 0) > 1 && !this.#leadsOneWay(promise)
      this.#isJunction.set(promise, isJunction)
    }
    return !isJunction
  }

  #leadsOneWay(from: Id): boolean {
    let promise = from
    for (let links = 0, combinators = 0; links < MOST_LINKS && combinators < MOST_COMBINATORS; links++) {
      const [step, another] = this.#stepsFrom(promise)
      if (step === undefined) return true
      if (another !== undefined) return false
      if (step.isShown) return true
      if (step.member !== undefined) combinators++
      promise = step.of
    }
    return false
  }

  #countArrivals(first: Id): void {
    this.#arrivals.set(first, 1)
    const open = [first]
    for (let promise = open.pop(); promise !== undefined; promise = open.pop()) {
      for (const step of this.#stepsFrom(promise)) {
        const next = step.isShown ? this.#outermost(step.of) : step.of
        const arrivals = this.#arrivals.get(next) ?? 0
        this.#arrivals.set(next, arrivals + 1)
        if (arrivals === 0) open.push(next)
      }
    }
  }

  /** In the order in which they began to wait: functions, then promises. */
  #stepsFrom(promise: Id): readonly Step[] {
    const functions = this.#net.awaitersOf(promise).flatMap((each) => {
      const step = { function: each, member: undefined, isShown: !each.isInternal }
      return each.settles.map((of) => ({ ...step, of }))
    })
    const settlings = this.#net.settlingsOn(promise).filter((each) => !this.#isEndOfModule(each))
    const promises = settlings.map(({ of, member, kind }) => ({ function: null, of, member, isShown: kind === 'told' }))
    return [...functions, ...promises]
  }

  /** V8's own reaction to the end of a module. */
  #isEndOfModule({ on, kind, callback }: Settling): boolean {
    return kind === 'then' && callback === null && this.#net.functionBehind(on)?.name === '<module>'
  }
}

function combinatorEntry(member: NonNullable<Settling['member']>): StackEntry {
  const name = memberText(member)
  return Object.freeze({ name, filename: null, line: null, column: null, async: true, kind: 'combinator' })
}
