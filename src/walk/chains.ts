import type { Task } from '../model/task.js'
import type { Origin } from '../record/origin.js'
import { originOfResource } from '../record/present.js'
import { taskOfOrigin } from './creation-path.js'
import { isAwait, type PresentWait } from './present-wait.js'
import type { PresentWaits } from './present-waits.js'
import { rootTask, unknownTask } from './tasks.js'

/** The directly awaited functions of one task, outermost first. */
export interface Chain {
  readonly task: Task
  readonly waits: readonly PresentWait[]
  /** The innermost, which waits for something outside the chain. */
  readonly innermost: PresentWait
}

/** The async functions that are suspended, as chains of one task each. */
export class Chains {
  readonly all: readonly Chain[]
  readonly #chainOf = new Map<PresentWait, Chain>()
  readonly #taskOf = new Map<PresentWait, Task>()
  readonly #taskOfOrigin = new Map<Origin, Task | null>()

  constructor(waits: PresentWaits) {
    const all: Chain[] = []
    const open: PresentWait[] = []
    for (const wait of waits.all) {
      if (!isAwait(wait)) continue
      this.#taskOf.set(wait, this.#taskAt(wait, waits.placeOf(wait)?.isModule === true))
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
    this.all = all
  }

  chainOf(wait: PresentWait): Chain | null {
    return this.#chainOf.get(wait) ?? null
  }

  taskOf(wait: PresentWait): Task | null {
    return this.#taskOf.get(wait) ?? null
  }

  /** The one function of the same task that awaits this one directly. */
  #caller(waits: PresentWaits, wait: PresentWait): PresentWait | null {
    const waiters = waits.waitersOf(wait.of)
    const [caller] = waiters
    if (caller === undefined || waiters.length > 1 || !isAwait(caller)) return null
    return this.#taskOf.get(caller)?.id === this.#taskOf.get(wait)?.id ? caller : null
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
    return { task, waits: members, innermost }
  }

  #taskAt(wait: PresentWait, isModule: boolean): Task {
    const unknown = () => (isModule ? rootTask() : unknownTask(wait.of))
    const origin = originOfResource(wait.waiter)
    if (origin === null) return unknown()
    let task = this.#taskOfOrigin.get(origin)
    if (task === undefined) {
      task = taskOfOrigin(origin)
      this.#taskOfOrigin.set(origin, task)
    }
    return task ?? unknown()
  }
}
