import { ActiveResources, handleOf, isRefedTimer, refedWorker, timerOf } from '../engine/active-resources.js'
import { resourceOfRead } from '../engine/read-resources.js'
import { packageOf } from '../model/package-of.js'
import { withoutPipesOfChildren } from '../model/pipes-of-children.js'
import type { Resource } from '../model/resource.js'
import type { OpenThing } from '../model/test-report.js'
import { begunWork } from '../record/begun-work.js'
import type { Origin } from '../record/origin.js'
import { readStack } from '../record/pending-stacks.js'
import { originOfResource } from '../record/present.js'
import { scopeOf, type WorkScope } from '../record/work-scope.js'
import { ownWorkers } from '../threads/own-workers.js'
import { leafOfResource } from '../waits/leaf-names.js'
import { frameAt } from '../walk/frame-at.js'
import { resourceBegunAt } from '../walk/made-at.js'

interface Found {
  readonly object: object
  readonly origin: Origin
  readonly resource: Resource
}

/** What was made in a scope and keeps the event loop alive. Nothing is searched in the heap. */
export function openThings(scope: WorkScope): OpenThing[] {
  const found = [...openTimers(scope), ...openHandles(scope), ...openWorkers(scope)]
  return found.map(({ object, origin, resource }) => ({
    leaf: { ...leafOfResource(resource), createdAt: resourceBegunAt(object) },
    isOfPackage: isMadeByPackage(origin),
  }))
}

function openTimers(scope: WorkScope): Found[] {
  return begunWork.timers().flatMap((timer) => {
    const resource = isRefedTimer(timer) ? timerOf(timer) : null
    return resource === null ? [] : ofScope(scope, [timer], resource)
  })
}

function openHandles(scope: WorkScope): Found[] {
  const active = new ActiveResources()
  const found = active.objects.flatMap((object) => {
    const made = ofScope(scope, [object, handleOf(object)], NOT_READ)
    if (made.length === 0) return []
    const read = active.describe(object)
    const resource = read.keepsAlive ? resourceOfRead(read) : null
    return resource === null ? [] : made.map((each) => ({ ...each, resource }))
  })
  return withoutPipesOfChildren(found, ({ resource }) => resource)
}

/** Resources are read only of what was made in the scope. */
const NOT_READ: Resource = { kind: 'immediate' }

function openWorkers(scope: WorkScope): Found[] {
  return ownWorkers.objects().flatMap((worker) => {
    const resource = refedWorker(worker)
    return resource === null ? [] : ofScope(scope, [worker, handleOf(worker)], resource)
  })
}

/** @param objects those that may carry the record of its making. */
function ofScope(scope: WorkScope, objects: readonly (object | null)[], resource: Resource): Found[] {
  for (const object of objects) {
    const origin = object === null ? null : originOfResource(object)
    if (object === null || origin === null) continue
    return scopeOf(origin) === scope ? [{ object, origin, resource }] : []
  }
  return []
}

const MOST_HOPS = 16

/** Whether the innermost function that made it, besides those of Node.js, is of an npm package. */
function isMadeByPackage(origin: Origin): boolean {
  let each: Origin | null = origin
  for (let hops = 0; each !== null && hops < MOST_HOPS; hops++, each = each.parent) {
    const maker = each.stack === null ? undefined : readStack(each.stack).find((site) => !site.isInternal)
    if (maker !== undefined) return packageOf(frameAt(maker, '').filename) !== null
  }
  return true
}
