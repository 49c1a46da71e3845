import { callRepeatedly, now } from '../engine/real-clock.js'
import { countFault } from './faults.js'
import { listNewestFailures, readKeptFailure } from './kept-failures.js'
import { readWaiting } from './known-stacks.js'
import { ageWaits, holdOldestWeakly } from './listed-waits.js'
import { watch } from './lost-functions.js'
import { forgetPendingResources, listNewest, takePendingResource } from './pending-resources.js'
import { forgetPending, readChain, takePending } from './pending-stacks.js'

/** What has been pending for so long has its raw stack turned into plain places. */
const PENDING_MS = 500
const SWEEP_EVERY_MS = 250
/** While much is waiting to be read, a quarter of the time at most, in parts that no request feels. */
const SWEEP_BUDGET_MS = 2
const SWEEP_PAUSE_MS = 6
/** Between two looks at the clock. */
const SWEEP_STEP = 16

let stopSweeper: (() => void) | null = null
/** The last sweep has come to its end. */
let isSwept = true

export function startSweeping(): void {
  stopSweeper ??= callRepeatedly(sweep, SWEEP_EVERY_MS)
}

/** Also lets every listed raw stack go. */
export function stopSweeping(): void {
  stopSweeper?.()
  stopSweeper = null
  forgetPendingResources()
  forgetPending()
}

/** Node calls it: what is thrown here would end the program. @returns when to sweep again. */
function sweep(): number {
  const areManyFailing = listNewestFailures()
  return sweepOrFail() && !areManyFailing ? SWEEP_EVERY_MS : SWEEP_PAUSE_MS
}

/** @returns true where nothing old is left, or nothing can be read now. */
function sweepOrFail(): boolean {
  try {
    return sweepOnce()
  } catch (error) {
    countFault(error)
    return true
  }
}

/** @returns true where nothing is left that has been pending for so long. */
export function sweepOnce(pendingMs = PENDING_MS): boolean {
  const startedMs = now()
  listNewest()
  if (isSwept) ageWaits()
  isSwept = false
  for (let count = 1; holdOldestWeakly(); count++) {
    if (count % SWEEP_STEP === 0 && now() - startedMs > SWEEP_BUDGET_MS) return false
  }
  while (readKeptFailure()) if (now() - startedMs > SWEEP_BUDGET_MS) return false
  while (readWaiting()) if (now() - startedMs > SWEEP_BUDGET_MS) return false
  for (let count = 1; ; count++) {
    const waiting = takePending(startedMs - pendingMs)
    const origin = waiting ?? takePendingResource(startedMs - pendingMs)
    if (origin === undefined) {
      isSwept = true
      return true
    }
    readChain(origin)
    if (waiting !== null) watch(waiting)
    if (count % SWEEP_STEP === 0 && now() - startedMs > SWEEP_BUDGET_MS) return false
  }
}
