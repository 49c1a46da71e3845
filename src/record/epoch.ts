import { now } from '../engine/real-clock.js'
import { leaveOutWalks } from '../engine/sync-capture.js'

/** Tracing is switched on in epochs: a record of an earlier one is not read in a later one. */
export let epoch = 0
/** `performance.now()` when tracing was switched on; null while it is off. */
let startedMs: number | null = null

let isLate = false
/** A program that loads the tracer first has it by then, on a slow machine too. */
const LATE_MS = 3_000

/** Somebody starts tracing in a program that runs already. */
export function markLate(): void {
  isLate = true
  leaveOutWalks(true)
}

/** Whether the program had work under way by the time when what is recorded now began. */
export function isBegunLate(): boolean {
  return isLate || (startedMs !== null && startedMs >= LATE_MS)
}

/** Tracing is switched on. */
export function beginEpoch(): void {
  epoch++
  startedMs = now()
}

/** Tracing is switched off. */
export function closeEpoch(): void {
  epoch++
  startedMs = null
}

/** How long the program ran before what is recorded now began; null where nothing is recorded. */
export function recordedFromMs(): number | null {
  return startedMs
}
