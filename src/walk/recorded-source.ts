import { textAround } from '../engine/running-text.js'
import type { Site } from '../engine/site.js'
import { isAsyncGenerator } from '../engine/source-text.js'
import { IMPORT } from '../heap/modules.js'
import type { Task } from '../model/task.js'
import { originOfPromise } from '../record/present.js'
import { ADOPT, MEMBER, THEN } from '../record/wait.js'
import { type AsyncFunction, type Callback, type Id, type Settling, throughCombinator, WaitNet } from '../waits/net.js'
import type { Settler, WaitSource } from '../waits/source.js'
import { taskOfOrigin } from './creation-path.js'
import { frameAt } from './frame-at.js'
import type { FunctionTasks } from './function-tasks.js'
import { isAdoption, isAwait, type PresentWait } from './present-wait.js'
import { isFinally, type PresentWaits } from './present-waits.js'
import type { RecordedEnds } from './recorded-ends.js'
import { type ReturnedCall, ReturnedCalls } from './returned-calls.js'
import type { Running } from './running.js'

/** What the heap says would settle a promise; null if it was not looked up. */
export type SettlerInHeap = (promise: Id) => Settler | null

/** What one thread has recorded of its waits, with what the heap adds if it was read. */
export interface RecordedWaits {
  readonly now: Running
  readonly waits: PresentWaits
  readonly tasks: FunctionTasks
  readonly ends: RecordedEnds
  readonly heap: SettlerInHeap | null
}

/** Functions are in the order in which they began to wait; the running one comes last. */
export class RecordedSource implements WaitSource {
  readonly net: WaitNet
  readonly #known: RecordedWaits
  readonly #returned: ReturnedCalls

  constructor(known: RecordedWaits) {
    this.#known = known
    const { waits, ends, now } = known
    this.#returned = new ReturnedCalls(waits)
    const adoptions = waits.all.filter(isAdoption)
    const byReturn = new Map(adoptions.flatMap((wait) => listOfOne(wait, this.#returned.by(wait))))
    const functions = waits.all.flatMap((wait) => {
      const returned = byReturn.get(wait)
      if (returned !== undefined) return [returnedFunction(wait, returned)]
      return isAwait(wait) ? [this.#functionOf(wait)] : []
    })
    const running = now.promise === null ? [] : [this.#runningFunction(now.promise)]
    // An emitter is known to settle such a promise: what else lies below it does not matter.
    const others = waits.all.filter((wait) => !isAwait(wait) && !byReturn.has(wait) && !ends.isEvent(wait.of))
    this.net = new WaitNet(
      [...functions, ...running],
      others.map((wait) => this.#settlingOf(wait)),
    )
  }

  settlerOf(promise: Id): Settler {
    const { ends, heap } = this.#known
    const made = ends.madeBy(promise as object)
    if (made !== null) return { kind: 'end', ...made }
    const found = heap?.(promise) ?? null
    if (found !== null && found.kind !== 'end') return found
    return { kind: 'end', key: promise, ...found, end: ends.bare(promise as object, found?.end ?? null) }
  }

  isOneTask(outer: AsyncFunction, inner: AsyncFunction): boolean {
    if (outer.task?.id === inner.task?.id) return true
    const { waits } = this.#known
    return [outer, inner].every(({ id, awaits }) => awaits !== null && waits.isUnrecorded(id as PresentWait))
  }

  ownTask({ id, task, hasReturned }: AsyncFunction): Task | null {
    const { tasks, now } = this.#known
    if (hasReturned) return tasks.taskOfReturned(id as PresentWait, this.#returned.by(id as PresentWait)?.call ?? null)
    return id === now.promise ? task : tasks.ownTaskOf(id as PresentWait)
  }

  #functionOf(wait: PresentWait): AsyncFunction {
    const { waits, tasks } = this.#known
    const site = waits.placeOf(wait) ?? waits.functionOf(wait)
    return {
      id: wait,
      kind: site !== null && isAsyncGenerator(site) ? 'async generator' : 'async function',
      awaits: wait.on,
      settles: [wait.of],
      isInternal: waits.isHidden(wait),
      frame: waits.frameOf(wait),
      name: site?.name ?? '',
      task: tasks.taskOf(wait),
      hasReturned: false,
      passedBy: this.#returned.passedTo(wait),
      sourceAtAwait: () => sourceAt(waits.placeOf(wait)),
    }
  }

  /** The function that asks: it waits for nothing. */
  #runningFunction(promise: object): AsyncFunction {
    const { task, sites } = this.#known.now
    const site = sites.at(-1) ?? null
    return {
      id: promise,
      kind: site !== null && isAsyncGenerator(site) ? 'async generator' : 'async function',
      awaits: null,
      settles: [promise],
      isInternal: false,
      frame: site === null ? null : Object.freeze(frameAt(site, '')),
      name: site?.name ?? '',
      task,
      hasReturned: false,
      passedBy: [],
      sourceAtAwait: () => null,
    }
  }

  #settlingOf(wait: PresentWait): Settling {
    const { detail } = wait
    return {
      on: wait.on,
      of: wait.of,
      kind: kindOf(wait),
      ...throughCombinator(detail?.combinator ?? null, detail?.index ?? -1),
      callback: this.#callbackOf(wait),
    }
  }

  #callbackOf(wait: PresentWait): Callback | null {
    const frame = wait.kind === THEN ? this.#known.waits.frameOf(wait) : null
    const task = frame === null ? null : taskOfOrigin(originOfPromise(wait.waiter))
    return frame === null || task === null ? null : { id: wait, frame, task, name: '' }
  }
}

/** @param wait that its promise was resolved with the one it returned. */
function returnedFunction(wait: PresentWait, { frame, passedBy }: ReturnedCall): AsyncFunction {
  return {
    id: wait,
    kind: 'async function',
    awaits: wait.on,
    settles: [wait.of],
    isInternal: false,
    frame,
    name: frame.name,
    task: null,
    hasReturned: true,
    passedBy,
    sourceAtAwait: () => null,
  }
}

function sourceAt(site: Site | null): string | null {
  const around = site === null ? null : textAround(site, site.line, site.column)
  return around === null ? null : around.text.slice(around.at)
}

function listOfOne<K, V>(key: K, value: V | null): [K, V][] {
  return value === null ? [] : [[key, value]]
}

function kindOf(wait: PresentWait): Settling['kind'] {
  const { kind, detail } = wait
  switch (kind) {
    case THEN:
      return isFinally(wait) ? 'finally' : 'then'
    case ADOPT:
      return 'resolved with'
    case MEMBER:
      return detail?.combinator === IMPORT ? 'import()' : 'combinator'
    default:
      return 'told'
  }
}
