import type { Task } from '../model/task.js'
import { FunctionTasks } from './function-tasks.js'
import { isAwait, type PresentWait } from './present-wait.js'
import type { PresentWaits } from './present-waits.js'

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
  readonly #tasks: FunctionTasks

  constructor(waits: PresentWaits) {
    this.#tasks = new FunctionTasks(waits)
    const all: Chain[] = []
    const open = waits.all.filter(isAwait)
    // Tasks get their numbers in this order.
    for (const wait of open) this.#tasks.taskOf(wait)
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
        const split = { ...chain, task: this.#tasks.ownTaskOf(outermostOf(chain)) }
        own.set(chain, split)
        for (const member of chain.waits) this.#chainOf.set(member, split)
      }
    }
    return all.map((chain) => own.get(chain) ?? chain)
  }

  /** The chain of the function that will settle a promise; null where none is suspended there. */
  behind(promise: object, waits: PresentWaits): Chain | null {
    const wait = waits.awaitOf(promise)
    return wait === null ? null : this.chainOf(wait)
  }

  chainOf(wait: PresentWait): Chain | null {
    return this.#chainOf.get(wait) ?? null
  }

  /** The one function of the same task that awaits this one directly. */
  #caller(waits: PresentWaits, wait: PresentWait): PresentWait | null {
    const waiters = waits.waitersOf(wait.of)
    const [caller] = waiters
    if (caller === undefined || waiters.length > 1 || !isAwait(caller)) return null
    const isOneTask =
      this.#tasks.taskOf(caller).id === this.#tasks.taskOf(wait).id ||
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
    const task = this.#tasks.taskOf(top)
    return { task, recordedTask: task, waits: members, innermost }
  }
}

function outermostOf({ waits, innermost }: Chain): PresentWait {
  return waits[0] ?? innermost
}
