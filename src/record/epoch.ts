import { max } from '../engine/primordials.js'
import { now, readyMs } from '../engine/real-clock.js'
import { leaveOutWalks } from '../engine/sync-capture.js'

/** Tracing is switched on in epochs: a record of an earlier one is not read in a later one. */
export let epoch = 0
/** How long the program had run when tracing was switched on, in ms; null while it is off. */
let startedMs: number | null = null

let isLate = false
/** Tracing was switched on by the program itself, which may have had work under way. */
let isAmid = false
/** Tracing was switched on by the import of this package. */
let isImported = false
/** A program that loads the tracer first has it by then, on a slow machine too. */
const LATE_MS = 3_000

/** Tracing is started from outside, in a program that runs already. */
export function markLate(): void {
  isLate = true
  leaveOutWalks(true)
}

/** Whether the program may have had work under way when tracing began. */
export function isBegunLate(): boolean {
  return isLate || isAmid || (startedMs !== null && startedMs >= LATE_MS)
}

/** Whether modules of the program may have run before tracing began. */
export function isBegunByImport(): boolean {
  return isImported
}

/** This package is being imported: the epoch that begins next is begun by that. */
export function markImported(): void {
  isImported = true
}

/** Tracing is switched on. @param isAmidst whether the program may have promises of its own already. */
export function beginEpoch(isAmidst: boolean): void {
  epoch++
  isAmid = isAmidst
  startedMs = max(0, now() - readyMs)
}

/** Tracing is switched off. */
export function closeEpoch(): void {
  epoch++
  startedMs = null
  isImported = false
}

/** How long the program ran before what is recorded now began; null where nothing is recorded. */
export function recordedFromMs(): number | null {
  return startedMs
}
