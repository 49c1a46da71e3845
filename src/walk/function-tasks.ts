import type { Site } from '../engine/site.js'
import type { Task } from '../model/task.js'
import type { TraceFrame } from '../model/trace.js'
import { type Call, functionOf, originOfCall } from '../record/hop.js'
import type { Origin } from '../record/origin.js'
import { readStack } from '../record/pending-stacks.js'
import { originOfPromise } from '../record/present.js'
import { creationOfTask, taskOfOrigin } from './creation-path.js'
import { isAdoption, isAwait, isThen, type PresentWait } from './present-wait.js'
import type { PresentWaits } from './present-waits.js'
import { rootTask, unknownTask } from './tasks.js'

/** Which task each suspended function belongs to, and where that was created. */
export class FunctionTasks {
  readonly #waits: PresentWaits
  readonly #taskOf = new Map<PresentWait, Task>()
  readonly #taskOfOrigin = new Map<Origin, Task | null>()
  /** Where the function stands that an origin resumes. */
  readonly #placeOf = new Map<Origin, Site>()

  constructor(waits: PresentWaits) {
    this.#waits = waits
    for (const wait of waits.all) {
      const origin = isAwait(wait) ? originOfPromise(wait.waiter) : null
      const place = waits.placeOf(wait)
      if (origin !== null && place !== null) this.#placeOf.set(origin, place)
    }
  }

  taskOf(wait: PresentWait): Task {
    let task = this.#taskOf.get(wait)
    if (task === undefined) {
      task = this.#findTask(wait)
      this.#taskOf.set(wait, task)
    }
    return task
  }

  /**
   * From the place that created a task to the root.
   *
   * @param outermost of the task's functions or callbacks, and `innermost`, which may be the same one.
   */
  creationOf(task: Task, outermost: PresentWait, innermost: PresentWait): readonly TraceFrame[] {
    if (isAdoption(outermost)) {
      const origin = originOfReturned(outermost, null)
      return origin === null ? [] : creationOfTask(origin, task, null, origin.kind === 'async')
    }
    const origin = originOfPromise(outermost.waiter) ?? originOfPromise(innermost.waiter)
    if (origin === null || isThen(outermost)) return creationOfTask(origin, task, null)
    const isOwn = task.id !== this.taskOf(outermost).id
    if (isOwn) return creationOfTask(origin, task, this.#bottomOf(origin), true)
    const top = outermostOfCall(origin)
    return creationOfTask(top, task, this.#bottomOf(top))
  }

  /** A task that begins with a function, though its caller awaits it: others do as well. */
  ownTaskOf(wait: PresentWait): Task {
    const recorded = this.taskOf(wait)
    const origin = originOfPromise(wait.waiter)
    const own = origin === null ? null : taskOfOrigin(origin, this.#bottomOf(origin), true)
    if (own !== null && own.id !== recorded.id) return own
    return unknownTask(wait.of, this.#waits.isUnrecorded(wait) ? Number.NaN : recorded.createdAtMs)
  }

  /** A task of its own for a function that has returned: it begins at the call, if that is known. */
  taskOfReturned(wait: PresentWait, call: Call | null): Task {
    const origin = originOfReturned(wait, call)
    return (origin === null ? null : taskOfOrigin(origin, null, origin.kind === 'async')) ?? unknownTask(wait.of)
  }

  #findTask(wait: PresentWait): Task {
    const origin = originOfPromise(wait.waiter)
    const known = origin === null ? null : this.#ofOrigin(origin)
    if (known !== null) return known
    if (this.#waits.placeOf(wait)?.isModule === true) return rootTask()
    // When it began stands in no heap.
    return this.#waits.isUnrecorded(wait) ? unknownTask(wait.of, Number.NaN) : unknownTask(wait.of)
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

const returnedOrigins = new WeakMap<object, Origin>()

/** Where a function comes from that has returned, or the `.then` whose callback it was. */
function originOfReturned({ of }: PresentWait, call: Call | null): Origin | null {
  const known = returnedOrigins.get(of)
  if (known !== undefined) return known
  const recorded = originOfPromise(of)
  if (recorded !== null || call === null) return recorded
  const origin = originOfCall(call)
  returnedOrigins.set(of, origin)
  return origin
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
