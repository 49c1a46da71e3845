import { Worker } from 'node:worker_threads'
import { ActiveResources, handleOf, isRefedTimer, refedWorker, timerOf } from '../engine/active-resources.js'
import { liveObjects } from '../engine/live-objects.js'
import { ownWorkers } from '../engine/own-workers.js'
import { resourceOfRead } from '../engine/read-resources.js'
import { runningResource } from '../engine/running-resource.js'
import { setTimers } from '../engine/set-timers.js'
import type { KeptAlive } from '../model/kept-alive.js'
import { withoutPipesOfChildren } from '../model/pipes-of-children.js'
import type { Resource } from '../model/resource.js'
import { leafOfResource } from '../waits/leaf-names.js'
import { heapPrice } from './heap-price.js'
import { resourceBegunAt } from './made-at.js'

/**
 * What keeps the event loop of this thread alive: timers (the next first), sockets, servers, child processes, requests
 * and workers, with the places where they were made.
 *
 * @param isInHaste without a look into the heap: workers that were made before the tracer was loaded are missing then, as they are if
 * the heap is large.
 */
export function keptAlive(isInHaste = false): KeptAlive[] {
  const handles = activeHandles()
  const running = runningResource()
  const refed = setTimers()
    .filter(isRefedTimer)
    .flatMap((timer) => {
      // The one that runs now is over after that.
      const resource = timer === running ? null : timerOf(timer)
      return resource === null ? [] : [madeOf(resource, [timer])]
    })
  refed.sort((a, b) => (a.leaf.remainingMs ?? 0) - (b.leaf.remainingMs ?? 0))
  const refedWorkers = workersOf(isInHaste).flatMap((worker) => {
    const resource = refedWorker(worker)
    return resource === null ? [] : [madeOf(resource, [worker, handleOf(worker)])]
  })
  return [...refed, ...handles, ...refedWorkers]
}

function workersOf(isInHaste: boolean): readonly object[] {
  if (isInHaste || !heapPrice().isSmall) return ownWorkers.objects()
  return liveObjects([Worker.prototype])[0] ?? []
}

function activeHandles(): KeptAlive[] {
  const active = new ActiveResources()
  const found = active.objects.flatMap((object) => {
    const read = active.describe(object)
    const resource = read.keepsAlive ? resourceOfRead(read) : null
    return resource === null ? [] : [{ object, resource }]
  })
  return withoutPipesOfChildren(found, ({ resource }) => resource).map(({ object, resource }) =>
    madeOf(resource, [object, handleOf(object)]),
  )
}

/** @param objects those that may carry the record of its making. */
function madeOf(resource: Resource, objects: readonly (object | null)[]): KeptAlive {
  const leaf = leafOfResource(resource)
  for (const object of objects) {
    const createdAt = object === null ? null : resourceBegunAt(object)
    if (createdAt !== null) return { leaf: { ...leaf, createdAt }, calls: null }
  }
  return { leaf, calls: null }
}
