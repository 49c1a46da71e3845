import { threadId } from 'node:worker_threads'
import type { Frame } from '../model/frame.js'
import type { LostFunctions } from '../model/lost-function.js'
import type { Fate } from '../record/fate.js'
import { lostPlaces } from '../record/lost-functions.js'
import { frameAt, frameAtStart } from './frame-at.js'

/** The functions of this thread that V8 has collected while they awaited, since tracing was switched on. */
export function collectedFunctions(): LostFunctions[] {
  return lostPlaces().map(({ calls, count }) =>
    Object.freeze({ stack: Object.freeze(calls.flatMap(frameOf)), count, isCollected: true, threadId }),
  )
}

/** Where it awaited; where it begins, if it went on after its stack was captured. */
function frameOf({ site, hasMoved }: Fate): Frame[] {
  if (site === null) return []
  return [hasMoved ? frameAtStart(site) : frameAt(site, '')]
}
