import { isDeepStrictEqual } from 'node:util'
import { ActiveResources, isTimer, timerOf } from '../engine/active-resources.js'
import { ownValue } from '../engine/own-value.js'
import { resourceOfRead } from '../engine/read-resources.js'
import { calibrateClock, timerStart } from '../engine/real-clock.js'
import type { Frame } from '../model/frame.js'
import { canNotCome } from '../model/no-more-events.js'
import { resourceOfClass } from '../model/node-resources.js'
import type { Resource, Timer, Waker } from '../model/resource.js'
import { endIn, UNKNOWN_END, type WaitEnd } from '../model/wait-end.js'
import { isFromExecutor } from '../record/hop.js'
import { originOfResource } from '../record/present.js'
import type { Maker } from '../record/wait.js'
import { linksOf } from '../record/wait-links.js'
import { promiseMadeAt, resourceMadeAt } from './made-at.js'
import { withPipeHolders } from './pipe-holders.js'
import { isAwait } from './present-wait.js'
import type { PresentWaits } from './present-waits.js'
import { isProgramIdle } from './running.js'
import { useOfTimer } from './timer-use.js'

/** What is waited for is only known as a promise: the place where that was made tells most. */
const ONLY_A_PROMISE: ReadonlySet<Waker['kind']> = new Set(['object', 'variable', 'running', 'not found', 'unknown'])

interface MadeBy {
  readonly made: object
  readonly waker: Waker
  /** Nothing else can settle what waits for it. */
  readonly isAlone: boolean
}

/** What the records know of what would settle the promises of one moment. */
export class RecordedEnds {
  readonly #waits: PresentWaits
  readonly #active = new ActiveResources()
  #isIdle: boolean | null = null
  readonly #makers = new Map<object, MadeBy | null>()

  constructor(waits: PresentWaits) {
    this.#waits = waits
    calibrateClock()
  }

  /** Whether an emitter is known to settle it: what else lies below does not matter. */
  isEvent(promise: object): boolean {
    return linksOf(promise)?.rare?.makers?.some(({ type }) => type === 'EVENT' || type === 'STREAM_END') === true
  }

  /** What is certain to settle a promise, and still under way; null if nothing is known of that. */
  madeBy(promise: object): { readonly key: object; readonly end: WaitEnd } | null {
    const maker = this.#maker(promise)
    if (maker === null) return null
    const timeLimit = this.#timeLimit(promise)
    const { made, waker, isAlone } = maker
    this.#isIdle ??= isProgramIdle()
    const isNever = isAlone && canNotCome(waker, this.#isIdle)
    return { key: made, end: endIn(waker, { timeLimit, isNever, madeAt: resourceMadeAt(made) }) }
  }

  /** Of a promise that nothing recorded settles. @param end what the heap knows; null if it was not asked. */
  bare(promise: object, end: WaitEnd | null): WaitEnd {
    const known = end ?? { ...UNKNOWN_END, timeLimit: this.#timeLimit(promise) }
    const { madeAt, waker } = known
    if (madeAt !== null) return known
    if (waker.kind === 'resource') return { ...known, madeAt: this.#operationMadeAt(promise, waker.resource) }
    return ONLY_A_PROMISE.has(waker.kind) ? { ...known, madeAt: promiseMadeAt(promise, this.#waits) } : known
  }

  /** Node lists its requests, but not its jobs: that one is under way the heap knows, and which one it is the records. */
  #operationMadeAt(promise: object, found: Resource): Frame | null {
    const alike = (linksOf(promise)?.rare?.makers ?? []).filter(({ resource }) => {
      if (!isMaker(promise, resource)) return false
      const ofClass = resourceOfClass(this.#active.describe(resource).className, () => null)
      return isDeepStrictEqual(ofClass, found)
    })
    const [only] = alike
    return only === undefined || alike.length > 1 ? null : resourceMadeAt(only.resource)
  }

  /** The timer that rejects a promise if nothing settles it before. */
  #timeLimit(promise: object): Timer | null {
    for (const { resource, type } of linksOf(promise)?.rare?.makers ?? []) {
      if (!isTimer(type) || !isMaker(promise, resource)) continue
      const timer = timerOf(resource)
      if (timer !== null && useOfTimer(resource) === 'rejects') return timer
    }
    return null
  }

  #maker(promise: object): MadeBy | null {
    let known = this.#makers.get(promise)
    if (known === undefined) {
      known = this.#findMaker(promise)
      this.#makers.set(promise, known)
    }
    return known
  }

  #findMaker(promise: object): MadeBy | null {
    const own = this.#ownMaker(promise)
    if (own !== null) return own
    // Within a function of Node's that the program called: what that has begun.
    const inner = this.#waits.waitersOf(promise).find((wait) => isAwait(wait) && this.#waits.isHidden(wait))
    return inner === undefined || inner.of === promise ? null : this.#ownMaker(inner.of)
  }

  #ownMaker(promise: object): MadeBy | null {
    const recorded = linksOf(promise)?.rare?.makers
    if (recorded == null) return null
    const makers = recorded.toReversed()
    // A ticker or an idle limit that was begun beside an operation is named only where nothing else is left.
    const inOrder =
      makers.length === 1 ? makers : [...makers.filter((maker) => !isSetAgain(maker)), ...makers.filter(isSetAgain)]
    for (const maker of inOrder) {
      const waker = this.#wakerOf(promise, maker)
      if (waker !== null) return { made: maker.resource, waker, isAlone: maker.isAlone }
    }
    return null
  }

  #wakerOf(promise: object, { resource, type, event }: Maker): Waker | null {
    if (type === 'EVENT' || type === 'STREAM_END') {
      const read = this.#active.describe(resource)
      const emitter = resourceOfRead(read) ?? read.className
      const state = withPipeHolders(read)
      if (type === 'STREAM_END') return { kind: 'stream end', stream: emitter, state }
      return { kind: 'event', event: typeof event === 'string' ? event : String(event), emitter, state }
    }
    if (!isMaker(promise, resource) || (isTimer(type) && useOfTimer(resource) !== 'resolves')) return null
    const active = this.#active.ofHook(resource, type)
    return active === null ? null : { kind: 'resource', resource: active, through: null, listedIn: null }
  }
}

/** Whether a resource is certain to settle a promise: its executor began it, or Node says so itself. */
function isMaker(promise: object, resource: object): boolean {
  if (ownValue(resource, 'promise') === promise || ownValue(promise, 'child') !== undefined) return true
  const origin = originOfResource(resource)
  // Only bare resolvers have no record.
  return origin === null || isFromExecutor(origin)
}

/** `timer.refresh()` was called: it has fired without settling the promise, or was put off. */
function isSetAgain({ resource, startedMs }: Maker): boolean {
  return startedMs !== null && timerStart(resource) !== startedMs
}
