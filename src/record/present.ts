/** Where the code that runs now comes from, and the origins of what it creates. */
import { executionAsyncId } from '../engine/node-primordials.js'
import { runningResource } from '../engine/running-resource.js'
import type { Boundary } from '../model/task.js'
import { begunWork } from './begun-work.js'
import { capturedAtMs } from './capture.js'
import { epoch } from './epoch.js'
import { foldChain } from './fold.js'
import { ForeignOrigin } from './foreign.js'
import { CapturedStack, Origin, type RawStack, ROOT } from './origin.js'
import { reportedOrigin } from './reported.js'
import { isUnmarked, markUnknown, originOfTurn, Source, unsampled } from './sampling.js'
import { segment } from './segment.js'
import { PromiseStamp, ResourceStamp } from './stamp.js'
import { turn } from './turn.js'
import { Wait } from './wait.js'
import { keepScope } from './work-scope.js'

const FOLD_AFTER = 64

/** The origin of the code that runs now; null where tracing does not know it. */
export function currentOrigin(): Origin | null {
  if (segment.depth > 0) return segment.current
  const { scope } = turn
  if (scope !== null && (scope === ROOT || scope.epoch === epoch)) return scope
  const id = executionAsyncId()
  return id === turn.id ? turn.origin : turn.enter(id, originOfRunning(id))
}

/** Sampling leaves out the code that runs: nothing of it needs recording. */
export function isNotFollowed(): boolean {
  return currentOrigin() === unsampled
}

function originOfRunning(id: number): Origin | null {
  const record = ResourceStamp.get(runningResource())
  if (record === null) return reportedOrigin() ?? (isUnmarked(id) ? unsampled : id === 1 ? ROOT : null)
  if (record instanceof Source) return record.origin.epoch === epoch ? originOfTurn(record) : null
  if (record instanceof Origin && record.epoch === epoch) return record
  return id === 1 ? ROOT : null
}

/** Where a resource was created. */
export function originOfResource(resource: object): Origin | null {
  const record = ResourceStamp.get(resource)
  return ofThisEpoch(record instanceof Source ? record.origin : record)
}

/** Where the work that waits for a promise comes from. */
export function originOfPromise(promise: object): Origin | null {
  const record = PromiseStamp.get(promise)
  return ofThisEpoch(record instanceof Wait ? record.origin : record)
}

function ofThisEpoch(record: unknown): Origin | null {
  return record instanceof Origin && record.epoch === epoch ? record : null
}

/** What a resource that is used again creates then has no known origin. */
export function forgetResource(resource: object): void {
  ResourceStamp.put(resource, null)
  markUnknown(resource)
}

/** The origin of what the present code creates, from a raw stack of it. */
export function originOf(raw: RawStack, kind: Boundary, level: number, parent = currentOrigin()): Origin {
  const stack = new CapturedStack(raw, capturedAtMs)
  if (segment.framesBelow > 0) stack.framesBelow = segment.framesBelow
  if (parent === null) return new Origin(stack, level, null, kind, epoch, FOLD_AFTER)
  const base = parent.folded ?? parent
  if (base.foldIn > 0) return new Origin(stack, level, base, kind, epoch, base.foldIn - 1)
  const folded = foldChain(base, epoch, FOLD_AFTER)
  if (begunWork.isNoted) base.folded = keepScope(folded, base, epoch)
  return new Origin(stack, level, base.folded ?? folded, kind, epoch, FOLD_AFTER)
}

/** An origin that stands for a path of another thread. */
export function foreignOrigin(path: ForeignOrigin['path'], kind: 'executor' | 'worker', createdAtMs: number): Origin {
  return new ForeignOrigin(path, kind, createdAtMs, epoch, FOLD_AFTER)
}

/** Whether an event loop callback runs, and nothing that it calls says where it comes from itself. */
export function isBareTurn(): boolean {
  return segment.depth === 0 && turn.scope === null
}

/**
 * An `AsyncResource` runs a function within the present code: what the function creates comes from here.
 *
 * @returns what `leaveScope` takes.
 */
export function enterScope(): Origin | null {
  const outer = turn.scope
  turn.scope = currentOrigin()
  return outer
}

export function leaveScope(outer: Origin | null): void {
  turn.scope = outer
}

/**
 * A message is handled: what its handler creates comes from where it was sent.
 *
 * @returns what `leaveScope` takes.
 */
export function enterMessage(from: Origin): Origin | null {
  const outer = turn.scope
  turn.leave()
  turn.scope = from
  return outer
}

/** From here on, the present promise reaction handles a job that it has taken from a port itself. */
export function takeJob(from: Origin): void {
  if (segment.depth > 0) segment.current = from
  else if (turn.scope !== null) turn.scope = from
}
