import { askAgain } from './ask-again.js'
import { type TimerClock, timerClock } from './in-target.js'
import { Refusal } from './refusal.js'
import { byHandle, type Target } from './target.js'

/** All timers of a thread. */
export interface ActiveTimers {
  /** A handle on the array of them. It cost a full collection. */
  readonly timers: string
  /** `performance.now()` of the thread less the clock of its timers. */
  readonly clockOffsetMs: number
}

const MOST_TRIES = 200

/** Asks again where it came amid Node's own code: a timer that was set then could break Node's lists of timers. */
export async function activeTimers(target: Target, getBuiltin: string): Promise<ActiveTimers> {
  const found = await askAgain(MOST_TRIES, async () => {
    const clock = await target.callForHandle(getBuiltin, timerClock, byHandle(getBuiltin))
    const clockOffsetMs = await target.callForValue<number | null>(clock, clockOffsetOf)
    return clockOffsetMs === null ? null : { clock, clockOffsetMs }
  })
  if (found === null) {
    throw new Refusal('no-answer', 'the thread was running Node.js internals at each attempt: try again')
  }
  const timers = await target.objectsWithPrototype(await target.callForHandle(found.clock, prototypeOf))
  return { timers, clockOffsetMs: found.clockOffsetMs }
}

function prototypeOf(this: TimerClock): object | null {
  return this.prototype
}

function clockOffsetOf(this: TimerClock): number | null {
  return this.clockOffsetMs
}
