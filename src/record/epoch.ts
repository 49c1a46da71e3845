import { now } from '../engine/real-clock.js'

/** Tracing is switched on in epochs: a record of an earlier one is not read in a later one. */
export let epoch = 0
/** `performance.now()` when tracing was switched on; null while it is off. */
let startedMs: number | null = null

let isLate = false

/** Somebody starts tracing in a program that runs already. */
export function markLate(): void {
  isLate = true
}

export function isMarkedLate(): boolean {
  return isLate
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
