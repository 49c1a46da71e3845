import {
  ActiveResources,
  activeObjects,
  handleOf,
  isRefedTimer,
  refedWorker,
  timerOf,
} from '../engine/active-resources.js'
import { ownWorkers } from '../engine/own-workers.js'
import { resourceOfRead } from '../engine/read-resources.js'
import { fileOfScript } from '../engine/script-file.js'
import type { Site } from '../engine/site.js'
import { packageOf } from '../model/package-of.js'
import { withoutPipesOfChildren } from '../model/pipes-of-children.js'
import type { Resource } from '../model/resource.js'
import type { OpenThing } from '../model/test-report.js'
import { begunWork } from '../record/begun-work.js'
import type { Origin } from '../record/origin.js'
import { readStack } from '../record/pending-stacks.js'
import { originOfResource } from '../record/present.js'
import { scopeOf, type WorkScope } from '../record/work-scope.js'
import { leafOfResource } from '../waits/leaf-names.js'
import { frameAt } from '../walk/frame-at.js'
import { resourceBegunAt } from '../walk/made-at.js'

interface Found {
  readonly object: object
  /** The object, or the native handle below it: that which has the record of its making. */
  readonly recorded: object
  readonly origin: Origin
}

interface FoundResource extends Found {
  readonly resource: Resource
}

/** What was made in a scope and keeps the event loop alive. Nothing is searched in the heap. */
export function openThings(scope: WorkScope): OpenThing[] {
  const found = [...openTimers(scope), ...openHandles(scope), ...openWorkers(scope)]
  return found.map(({ recorded, origin, resource }) => ({
    leaf: { ...leafOfResource(resource), createdAt: resourceBegunAt(recorded) },
    isOfPackage: isMadeByPackage(origin),
  }))
}

/** Whether there may be any. Cheap: nothing is read of them. */
export function mayThingsBeOpen(scope: WorkScope): boolean {
  return (
    begunWork.timers().some((timer) => isRefedTimer(timer) && isOfScope(scope, timer)) ||
    activeObjects().some((object) => isOfScope(scope, object)) ||
    ownWorkers.objects().some((worker) => isOfScope(scope, worker))
  )
}

function isOfScope(scope: WorkScope, object: object): boolean {
  return foundIn(scope, object) !== null
}

function openTimers(scope: WorkScope): FoundResource[] {
  return begunWork.timers().flatMap((timer) => {
    const found = isRefedTimer(timer) ? foundIn(scope, timer) : null
    return withResource(found, () => timerOf(timer))
  })
}

function openHandles(scope: WorkScope): FoundResource[] {
  const mine = activeObjects().flatMap((object) => foundIn(scope, object) ?? [])
  if (mine.length === 0) return []
  const active = new ActiveResources()
  const read = mine.flatMap((found) =>
    withResource(found, () => {
      const described = active.describe(found.object)
      return described.keepsAlive ? resourceOfRead(described) : null
    }),
  )
  return withoutPipesOfChildren(read, ({ resource }) => resource)
}

function openWorkers(scope: WorkScope): FoundResource[] {
  return ownWorkers.objects().flatMap((worker) => withResource(foundIn(scope, worker), () => refedWorker(worker)))
}

function withResource(found: Found | null, read: () => Resource | null): FoundResource[] {
  const resource = found === null ? null : read()
  return found === null || resource === null ? [] : [{ ...found, resource }]
}

/** The record of its making lies on an object of Node's, or on the native handle below it. */
function foundIn(scope: WorkScope, object: object): Found | null {
  for (const each of [object, handleOf(object)]) {
    const origin = each === null ? null : originOfResource(each)
    if (each === null || origin === null) continue
    return scopeOf(origin) === scope && !isMadeByRunner(origin) ? { object, recorded: each, origin } : null
  }
  return null
}

/** The packages that run tests and keep their time limits, and end themselves what they open for that. */
const RUNNERS = new Set(['mocha', '@vitest/runner', 'jest-circus'])

/**
 * Whether a test runner opened it for itself, though a test called the runner: the timer that mocha sets in `this.timeout(300)`,
 * for example. The time limits of node:test keep nothing alive.
 */
function isMadeByRunner(origin: Origin): boolean {
  // By the file that runs: to map it to its source would enable V8's debugger, in every process that runs tests.
  const script = makerOf(origin)?.script
  return script != null && RUNNERS.has(packageOf(fileOfScript(script)) ?? '')
}

const MOST_HOPS = 16

/** Whether the innermost function that made it, besides those of Node.js, is of an npm package. */
function isMadeByPackage(origin: Origin): boolean {
  let each: Origin | null = origin
  for (let hops = 0; each !== null && hops < MOST_HOPS; hops++, each = each.parent) {
    const maker = makerOf(each)
    if (maker !== null) return packageOf(frameAt(maker, '').filename) !== null
  }
  return true
}

/** The innermost function of a stack, besides those of Node.js; null for none. */
function makerOf({ stack }: Origin): Site | null {
  return stack === null ? null : (readStack(stack).find(({ isInternal }) => !isInternal) ?? null)
}
