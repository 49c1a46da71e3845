import { indexOf } from '../engine/lists.js'
import type { Wait } from './wait.js'

/**
 * Functions whose promise is not known, top-level awaits above all. They are held, so that a process which ends with
 * one unsettled can say so; never more than this many. A function stays in the list from its first await to its end: an
 * await costs nothing here.
 */
const MAX_UNKNOWN = 64
const unknownFunctions: Wait[] = []

export function holdUnknown(wait: Wait): void {
  if (unknownFunctions.length === MAX_UNKNOWN) return
  wait.isHeld = true
  unknownFunctions[unknownFunctions.length] = wait
}

export function releaseUnknown(wait: Wait): void {
  const at = indexOf(unknownFunctions, wait)
  if (at !== -1) releaseAt(at)
}

export function releaseAllUnknown(): void {
  while (unknownFunctions.length > 0) releaseAt(unknownFunctions.length - 1)
}

function releaseAt(at: number): void {
  ;(unknownFunctions[at] as Wait).isHeld = false
  unknownFunctions[at] = unknownFunctions[unknownFunctions.length - 1] as Wait
  unknownFunctions.length--
}
