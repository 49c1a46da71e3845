import type { Site } from '../engine/call-sites.js'
import type { TraceFrame } from '../model/async-trace.js'
import type { Task } from '../model/task.js'
import { functionOf } from '../record/hop.js'
import type { Origin } from '../record/origin.js'
import { readStack } from '../record/pending-stacks.js'
import { originOfPromise } from '../record/present.js'
import { creationOfTask, taskOfOrigin } from './creation-path.js'
import { isAwait, isThen, type PresentWait } from './present-wait.js'
import type { PresentWaits } from './present-waits.js'
import { rootTask, unknownTask } from './tasks.js'

/** The directly awaited functions of one task, outermost first. */
export interface Chain {
  readonly task: Task
  /** The task that its records lead to: that of the first caller, where others await the same call. */
  readonly recordedTask: Task
  readonly waits: readonly PresentWait[]
  /** The innermost, which waits for something outside the chain. */
  readonly innermost: PresentWait
}

/** Whether a function of the program's is in a chain: Node's and the tracer's own are only led through. */
export function isShown(chain: Chain, waits: PresentWaits): boolean {
  return chain.waits.some((wait) => !waits.isHidden(wait))
}

/** The async functions that are suspended, as chains of one task each. */
export class Chains {
  readonly all: readonly Chain[]
  readonly #chainOf = new Map<PresentWait, Chain>()
  readonly #taskOf = new Map<PresentWait, Task>()
  readonly #taskOfOrigin = new Map<Origin, Task | null>()
  /** Where the function stands that an origin resumes. */
  readonly #placeOf = new Map<Origin, Site>()

  constructor(waits: PresentWaits) {
    const all: Chain[] = []
    const open: PresentWait[] = []
    for (const wait of waits.all) {
      const origin = isAwait(wait) ? originOfPromise(wait.waiter) : null
      const place = waits.placeOf(wait)
      if (origin !== null && place !== null) this.#placeOf.set(origin, place)
    }
    for (const wait of waits.all) {
      if (!isAwait(wait)) continue
      this.#taskOf.set(wait, this.#taskAt(waits, wait))
      open.push(wait)
    }
    // A ring of functions of one task has no outermost one: begin anywhere in it.
    for (const isTop of [(wait: PresentWait) => this.#caller(waits, wait) === null, () => true]) {
      for (const wait of open) {
        if (this.#chainOf.has(wait) || !isTop(wait)) continue
        const chain = this.#down(waits, wait)
        for (const member of chain.waits) this.#chainOf.set(member, chain)
        all.push(chain)
      }
    }
    this.all = this.#withOwnTasks(waits, all)
  }

  /**
   * A call that several functions await belongs to none of them, but its records lead to the task of the one that
   * called it: it gets a task of its own, as any further chain of the same task.
   */
  #withOwnTasks(waits: PresentWaits, all: readonly Chain[]): readonly Chain[] {
    const ofTask = new Map<number, Chain[]>()
    for (const chain of all) {
      if (!isShown(chain, waits)) continue
      const same = ofTask.get(chain.task.id)
      if (same === undefined) ofTask.set(chain.task.id, [chain])
      else same.push(chain)
    }
    const isInner = (chain: Chain, same: readonly Chain[]) =>
      waits.waitersOf(outermostOf(chain).of).some((waiter) => {
        const other = this.chainOf(waiter)
        return other !== null && other !== chain && same.includes(other)
      })
    const own = new Map<Chain, Chain>()
    for (const same of ofTask.values()) {
      if (same.length === 1) continue
      const kept = same.find((chain) => !isInner(chain, same)) ?? same[0]
      for (const chain of same) {
        if (chain === kept) continue
        const split = { ...chain, task: this.#ownTask(waits, chain) }
        own.set(chain, split)
        for (const member of chain.waits) this.#chainOf.set(member, split)
      }
    }
    return all.map((chain) => own.get(chain) ?? chain)
  }

  #ownTask(waits: PresentWaits, chain: Chain): Task {
    const wait = outermostOf(chain)
    const origin = originOfPromise(wait.waiter)
    const task = origin === null ? null : taskOfOrigin(origin, this.#bottomOf(origin), true)
    const isOther = task !== null && task.id !== chain.task.id
    return isOther ? task : unknownTask(wait.of, waits.isUnrecorded(wait) ? Number.NaN : chain.task.createdAtMs)
  }

  /** The chain of the function that will settle a promise; null where none is suspended there. */
  behind(promise: object, waits: PresentWaits): Chain | null {
    const wait = waits.awaitOf(promise)
    return wait === null ? null : this.chainOf(wait)
  }

  chainOf(wait: PresentWait): Chain | null {
    return this.#chainOf.get(wait) ?? null
  }

  /** From the place that created the task of a chain to the root. */
  creationOf(chain: Chain): readonly TraceFrame[] {
    const { innermost, task, recordedTask } = chain
    const outermost = outermostOf(chain)
    const origin = originOfPromise(outermost.waiter) ?? originOfPromise(innermost.waiter)
    if (origin === null || isThen(outermost)) return creationOfTask(origin, task, null)
    if (task !== recordedTask) return creationOfTask(origin, task, this.#bottomOf(origin), true)
    const top = outermostOfCall(origin)
    return creationOfTask(top, task, this.#bottomOf(top))
  }

  /** The one function of the same task that awaits this one directly. */
  #caller(waits: PresentWaits, wait: PresentWait): PresentWait | null {
    const waiters = waits.waitersOf(wait.of)
    const [caller] = waiters
    if (caller === undefined || waiters.length > 1 || !isAwait(caller)) return null
    const isOneTask =
      this.#taskOf.get(caller)?.id === this.#taskOf.get(wait)?.id ||
      (waits.isUnrecorded(caller) && waits.isUnrecorded(wait))
    return isOneTask ? caller : null
  }

  #down(waits: PresentWaits, top: PresentWait): Chain {
    const members = [top]
    const seen = new Set(members)
    let innermost = top
    for (;;) {
      const next = waits.awaitOf(innermost.on)
      if (next === null || seen.has(next) || this.#caller(waits, next) !== innermost) break
      members.push(next)
      seen.add(next)
      innermost = next
    }
    const task = this.#taskOf.get(top) ?? unknownTask(top.of)
    return { task, recordedTask: task, waits: members, innermost }
  }

  #taskAt(waits: PresentWaits, wait: PresentWait): Task {
    const unknown = () => {
      if (waits.placeOf(wait)?.isModule === true) return rootTask()
      // When it began stands in no heap.
      return waits.isUnrecorded(wait) ? unknownTask(wait.of, Number.NaN) : unknownTask(wait.of)
    }
    const origin = originOfPromise(wait.waiter)
    if (origin === null) return unknown()
    return this.#ofOrigin(origin) ?? unknown()
  }

  #ofOrigin(origin: Origin): Task | null {
    const top = outermostOfCall(origin)
    let task = this.#taskOfOrigin.get(top)
    if (task === undefined) {
      task = taskOfOrigin(top, this.#bottomOf(top))
      this.#taskOfOrigin.set(top, task)
    }
    return task
  }

  #bottomOf(origin: Origin): readonly Site[] | null {
    const place = this.#placeOf.get(origin)
    return place === undefined ? null : [place]
  }
}

function outermostOf({ waits, innermost }: Chain): PresentWait {
  return waits[0] ?? innermost
}

/** A caller that awaited at once is of the same task, and in the same stack: the path is read once for them all. */
function outermostOfCall(from: Origin): Origin {
  const callers = [from]
  for (let origin = from; ; ) {
    const { awaiter, stack } = origin
    if (awaiter === null || stack === null || awaiter.stack !== stack) break
    // The built-in `then` on top: no function awaits there.
    if (!readStack(stack)[0]?.script) break
    origin = awaiter
    callers.push(origin)
  }
  // Beyond a module's top level are Node's own frames alone, which do not tell that the path ends in the program.
  while (callers.length > 1 && isBeyondProgram(callers.at(-1) as Origin)) callers.pop()
  return callers.at(-1) as Origin
}

function isBeyondProgram(origin: Origin): boolean {
  const site = functionOf(origin)
  return site !== null && (site.isModule || site.isInternal)
}
