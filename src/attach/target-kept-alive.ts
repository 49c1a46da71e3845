import { readFunctionPlaces } from '../engine/inspected-places.js'
import { resourceOfRead } from '../engine/read-resources.js'
import type { Frame } from '../model/frame.js'
import type { KeptAlive } from '../model/kept-alive.js'
import { isScriptOfProgram } from '../model/package-of.js'
import { withoutPipesOfChildren } from '../model/pipes-of-children.js'
import type { Timer } from '../model/resource.js'
import { leafOfResource } from '../waits/leaf-names.js'
import { activeTimers } from './active-timers.js'
import { hold, timerCallback, timerFacts, timersAlive } from './in-target.js'
import { workersInHeap } from './live-workers.js'
import { byHandle, GET_BUILTIN, type Target } from './target.js'
import { readHandles } from './target-leaves.js'
import { TargetScripts } from './target-scripts.js'

const MOST_FUNCTIONS = 30

/**
 * The timers, servers, sockets, workers and operations that keep a thread's event loop alive. It costs a collection of
 * the heap, and a second one if there are workers.
 */
export async function keptAlive(target: Target, hasWorkers: boolean): Promise<readonly KeptAlive[]> {
  const getBuiltin = await target.handleOf(GET_BUILTIN)
  const { timers, clockOffsetMs } = await activeTimers(target, getBuiltin)
  const nothing = await target.handleOf('[]')
  const held = await target.callForHandle(nothing, hold, byHandle(timers), byHandle(getBuiltin), clockOffsetMs)
  const alive = await target.callForValue<number[]>(held, timersAlive)
  const facts = await target.callForValue<Timer[]>(held, timerFacts, alive)
  const scripts = await TargetScripts.of(target)
  const found: KeptAlive[] = []
  for (const [i, index] of alive.entries()) {
    const isNamed = i < MOST_FUNCTIONS
    const fn = isNamed ? await target.callForHandle(held, timerCallback, index) : null
    const calls = fn === null ? null : await definitionOf(target, fn, scripts)
    found.push({ leaf: leafOfResource(facts[i] as Timer), calls })
  }
  const handles = (await readHandles(target, held, null)).flatMap((read) => {
    const resource = read.keepsAlive ? resourceOfRead(read) : null
    return resource ?? []
  })
  for (const resource of withoutPipesOfChildren(handles, (each) => each)) {
    found.push({ leaf: leafOfResource(resource), calls: null })
  }
  if (!hasWorkers) return found
  for (const { threadId, keepsAlive } of await workersInHeap(target, getBuiltin)) {
    if (keepsAlive) found.push({ leaf: leafOfResource({ kind: 'worker', threadId }), calls: null })
  }
  return found
}

async function definitionOf(target: Target, fn: string, scripts: TargetScripts): Promise<Frame | null> {
  const [place = null] = await target.read(readFunctionPlaces([{ type: 'function', objectId: fn }]))
  if (place === null || !isScriptOfProgram(place.script)) return null
  await scripts.read(target, new Set([place.scriptId]))
  return scripts.definitionAt(place)
}
