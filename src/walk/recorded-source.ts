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
import type { Leaves } from './leaves.js'
import { isAwait, type PresentWait } from './present-wait.js'
import type { PresentWaits } from './present-waits.js'
import type { Running } from './running.js'

/** What the heap says would settle a promise; null if it was not looked up. */
export type SettlerInHeap = (promise: Id) => Settler | null

/** What one thread has recorded of its waits, with what the heap adds if it was read. */
export interface RecordedWaits {
  readonly now: Running
  readonly waits: PresentWaits
  readonly tasks: FunctionTasks
  readonly leaves: Leaves
  readonly heap: SettlerInHeap | null
}

/** Functions are in the order in which they began to wait; the running one comes last. */
export class RecordedSource implements WaitSource {
  readonly net: WaitNet
  readonly #known: RecordedWaits

  constructor(known: RecordedWaits) {
    this.#known = known
    const { waits, leaves, now } = known
    const functions = waits.all.filter(isAwait).map((wait) => this.#functionOf(wait))
    const running = now.promise === null ? [] : [this.#runningFunction(now.promise)]
    // An emitter is known to settle such a promise: what else lies below it does not matter.
    const others = waits.all.filter((wait) => !isAwait(wait) && !leaves.isEvent(wait.of))
    this.net = new WaitNet(
      [...functions, ...running],
      others.map((wait) => this.#settlingOf(wait)),
    )
  }

  settlerOf(promise: Id): Settler {
    const { leaves, heap } = this.#known
    const made = leaves.madeBy(promise as object)
    if (made !== null) return { kind: 'leaf', key: made.key, leaf: made.leaf }
    const found = heap?.(promise) ?? null
    if (found === null || found.kind === 'unknown')
      return { kind: 'unknown', leaf: leaves.bare(promise as object, found?.leaf ?? null) }
    return found.kind === 'leaf' ? { ...found, leaf: leaves.bare(promise as object, found.leaf) } : found
  }

  isOneTask(outer: AsyncFunction, inner: AsyncFunction): boolean {
    if (outer.task?.id === inner.task?.id) return true
    const { waits } = this.#known
    return [outer, inner].every(({ id, awaits }) => awaits !== null && waits.isUnrecorded(id as PresentWait))
  }

  ownTask({ id, task }: AsyncFunction): Task | null {
    const { tasks, now } = this.#known
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

function kindOf({ kind, detail }: PresentWait): Settling['kind'] {
  switch (kind) {
    case THEN:
      return 'then'
    case ADOPT:
      return 'resolved with'
    case MEMBER:
      return detail?.combinator === IMPORT ? 'import()' : 'combinator'
    default:
      return 'told'
  }
}
