import { newSiteId, type Site, sameFunction } from '../engine/site.js'
import { isAsyncFunction, isAsyncGenerator } from '../engine/source-text.js'
import type { Frame } from '../model/frame.js'
import { type Call, callOf, functionOf } from '../record/hop.js'
import { originOfPromise, originOfResource } from '../record/present.js'
import { isPromiseConstructor, runningPlaces } from '../record/stack-places.js'
import { MEMBER, THEN, Wait } from '../record/wait.js'
import { linksOf } from '../record/wait-links.js'
import { countedFunctionOf } from './counted-functions.js'
import { frameAt } from './frame-at.js'
import { isAdoption, isAwait, isThen, type PresentWait } from './present-wait.js'
import type { PresentWaits } from './present-waits.js'
import { placeOfReturn, useOfCall } from './returned-value.js'

/** A function that has returned a promise which has not settled: an async one, or the callback of a `.then`. */
export interface ReturnedCall {
  readonly frame: Frame
  /** Plain functions that it called and that returned the promise to it, outermost first. */
  readonly passedBy: readonly Frame[]
  /** Its call, with the functions below it that it was called by; null if that is not known. */
  readonly call: Call | null
}

/**
 * Which functions have returned the promises that others wait for. V8 has no event for a `return`, and keeps nothing of
 * the function. But it tells that a promise was resolved with another one, and the stack of the call that made the
 * other one has the function on it, at a place whose text says `return`. Two proofs are accepted:
 *
 * - The text: the function returns the value of that call as it is. No other code can then have got hold of the promise
 *   before, so the only promise that was resolved with it is that of the function.
 * - The count: a stack was captured while the function ran, with as many promises as async functions. Then the
 *   promise is known to be the function's, and only a `return` resolves it.
 */
export class ReturnedCalls {
  readonly #waits: PresentWaits
  readonly #found = new Map<PresentWait, ReturnedCall | null>()

  constructor(waits: PresentWaits) {
    this.#waits = waits
  }

  /** @param adoption that one promise was resolved with another. Null if it is not known how. */
  by(adoption: PresentWait): ReturnedCall | null {
    let found = this.#found.get(adoption)
    if (found === undefined) {
      // In a ring of promises this is asked again meanwhile.
      this.#found.set(adoption, null)
      found = this.#agreed(adoption, this.#byText(adoption)) ?? this.#byCount(adoption)
      this.#found.set(adoption, found)
    }
    return found
  }

  /** The plain functions that returned to an awaiting function what it awaits, outermost first. */
  passedTo(wait: PresentWait): readonly Frame[] {
    const own = this.#waits.placeOf(wait)
    // Where a timer or an operation was begun, its leaf says.
    const call = own === null || own.isInternal || this.#isBare(wait.on) ? null : this.#callThatMade(wait.on)
    if (call === null || this.#waits.waitersOf(wait.on).length !== 1) return []
    const passed = passedOn(call)
    const caller = call.stack[passed.end]
    if (caller === undefined || passed.sites.length === 0 || own === null) return []
    return sameFunction(caller, own) && useOfCall(caller).isAwaited ? passed.sites.map(returnedFrame).reverse() : []
  }

  #byText({ on }: PresentWait): ReturnedCall | null {
    if (this.#waits.waitersOf(on).filter(isAdoption).length !== 1) return null
    const call = this.#callThatMade(on)
    const known = call === null ? null : returnedTo(call)
    if (known !== null) return known
    for (const member of this.#waits.waitsOf(on)) {
      if (member.kind !== MEMBER) continue
      const made = this.#callThatMade(member.on)
      return made === null ? null : returnedThroughCombinator(made)
    }
    return null
  }

  /** What was recorded of the adopting promise must not say otherwise. */
  #agreed({ of }: PresentWait, returned: ReturnedCall | null): ReturnedCall | null {
    if (returned === null) return null
    const links = linksOf(of)
    const site = returned.call?.stack[returned.call.at]
    const isOfThen = links instanceof Wait && links.of === of && links.kind === THEN
    if (site !== undefined && !isAsyncCall(site)) return isOfThen ? returned : null
    if (!(links instanceof Wait) || links.of !== of) return returned
    if (site === undefined || !isAsyncCall(site)) return null
    if (links.kind === THEN) return null
    const own = links.origin === null ? null : functionOf(links.origin)
    return own !== null && !sameFunction(own, site) ? null : returned
  }

  #byCount({ of }: PresentWait): ReturnedCall | null {
    const call = countedFunctionOf(of)
    const site = call?.stack[call.at]
    if (call != null && site !== undefined) {
      const at = placeOfReturn(site)
      if (at === null) return { frame: withoutLine(site), passedBy: [], call }
      return { frame: returnedFrame({ ...site, id: newSiteId(), ...at }), passedBy: [], call }
    }
    const links = linksOf(of)
    if (!(links instanceof Wait) || !isAwait(links) || links.of !== of || links.on !== null || !links.isNamed)
      return null
    const own = links.origin === null ? null : functionOf(links.origin)
    if (own === null || own.isInternal || isAsyncGenerator(own)) return null
    return { frame: withoutLine(own), passedBy: [], call: links.origin === null ? null : callOf(links.origin) }
  }

  #isBare(promise: object): boolean {
    return this.#waits.waitsOf(promise).length === 0
  }

  /** The call that made a promise: of an async function, of `.then`, of `new Promise`. Null if it is not known. */
  #callThatMade(promise: object): Call | null {
    const suspended = this.#waits.awaitOf(promise)
    if (suspended !== null) {
      const origin = originOfPromise(suspended.waiter)
      return origin === null ? null : callOf(origin)
    }
    const [only, ...others] = this.#waits.waitsOf(promise)
    if (only !== undefined && others.length === 0) {
      if (isAdoption(only)) return this.by(only)?.call ?? null
      return isThen(only) && only.waiter === promise ? callOfThen(only) : null
    }
    return only === undefined ? callOfExecutor(promise) : null
  }
}

function callOfThen({ waiter }: PresentWait): Call | null {
  const origin = originOfPromise(waiter)
  if (origin === null) return null
  const stack = runningPlaces(origin.stack)
  const program = stack.findIndex(({ script, name }) => script && !name.startsWith('new '))
  return program === -1 || stack[program]?.compiled !== undefined ? null : { stack, at: program - 1, origin }
}

/** The executor of `new Promise` has begun a timer or an operation: the stack of that has the constructor on it. */
function callOfExecutor(promise: object): Call | null {
  for (const { resource } of linksOf(promise)?.rare?.makers ?? []) {
    const origin = originOfResource(resource)
    const stack = runningPlaces(origin?.stack ?? null)
    const at = stack.findIndex(isPromiseConstructor)
    if (origin !== null && at !== -1) return { stack, at, origin }
  }
  return null
}

interface Passed {
  /** Innermost first. */
  readonly sites: readonly Site[]
  /** Of the stack: the first place that is not one of them. */
  readonly end: number
}

/** The plain functions below a call that return its value as they have got it. */
function passedOn({ stack, at }: Call): Passed {
  let end = at + 1
  for (; end < stack.length; end++) {
    const site = stack[end] as Site
    if (site.isInternal || isAsyncCall(site) || !useOfCall(site).isReturned) break
  }
  return { sites: stack.slice(at + 1, end), end }
}

/** An async function that returns the combinator which the value of a call is a member of. */
function returnedThroughCombinator(call: Call): ReturnedCall | null {
  const { stack } = call
  const { sites, end } = passedOn(call)
  const site = stack[end]
  if (site?.script === null && site.name === 'Array.map' && sites.length > 0) {
    // What a callback of `map` returns is a member of the list.
    return returnedBy(call, end + 1, [], (caller) => useOfCall(caller).inCombinator === 'list')
  }
  return returnedBy(call, end, [], (caller) => useOfCall(caller).inCombinator === 'member')
}

function returnedBy(
  { stack, origin }: Call,
  at: number,
  passed: readonly Site[],
  returns: (site: Site) => boolean,
): ReturnedCall | null {
  const site = stack[at]
  if (site === undefined || site.isInternal || site.isModule || site.compiled !== undefined) return null
  if (!isAsyncCall(site) || isAsyncGenerator(site) || !returns(site)) return null
  return { frame: returnedFrame(site), passedBy: passed.map(returnedFrame).reverse(), call: { stack, at, origin } }
}

function returnedTo(call: Call): ReturnedCall | null {
  const { stack, origin } = call
  const passed = passedOn(call)
  const { end } = passed
  const found = returnedBy(call, end, passed.sites, (site) => useOfCall(site).isReturned)
  if (found !== null) return found
  // A reaction has called the outermost one: it is the callback of a `.then`.
  const [callback, ...others] = passed.sites.toReversed()
  if (callback === undefined || !stack.slice(end).every(isDrainOfQueue)) return null
  return { frame: returnedFrame(callback), passedBy: others.map(returnedFrame), call: { stack, at: end - 1, origin } }
}

function isDrainOfQueue({ script }: Site): boolean {
  return script === 'node:internal/process/task_queues'
}

function isAsyncCall(site: Site): boolean {
  return isAsyncFunction(site) !== false
}

function returnedFrame(site: Site): Frame {
  return Object.freeze({ ...frameAt(site, ''), returned: true })
}

function withoutLine(site: Site): Frame {
  return Object.freeze({ ...frameAt(site, ''), line: null, column: null, returned: true })
}
