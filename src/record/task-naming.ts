/**
 * Running code names its task before it is known which task that is: a call that its caller awaits directly
 * hands the name on. One name at most is on its way; nearly always none.
 */
import type { Origin } from './origin.js'
import { segment } from './segment.js'

export let givenName: string | null = null
/** How many activations ran when it was given; and the origin that has taken it up so far. */
let namedTop = 0
let namedOrigin: Origin | null = null
let nameTaskOf: (origin: Origin | null, name: string) => void = () => {}

/** @param listener finds the task that an origin belongs to, and names it. */
export function onTaskNamed(listener: typeof nameTaskOf): void {
  nameTaskOf = listener
}

/** Names the task of the innermost running async function. @returns false where none runs in this segment. */
export function nameActivation(name: string): boolean {
  if (segment.top === 0) return false
  givenName = name
  namedTop = segment.top
  namedOrigin = null
  return true
}

export function forgetName(): void {
  givenName = null
}

/** An activation has suspended. @param marked the origin of the call that it awaits, if it awaits one. */
export function carryName(origin: Origin, marked: Origin | null): void {
  if (segment.top >= namedTop) return
  if (namedOrigin !== null && namedOrigin !== marked) {
    givenName = null
    return
  }
  origin.task = { id: 0, name: givenName }
  namedOrigin = origin
  namedTop = segment.top
}

/** The resumed function awaits. @param marked the origin of the call that it awaits. */
export function handNameToResumed(marked: Origin, current: Origin | null): void {
  if (marked === namedOrigin) giveName(current)
}

/** An activation has ended without having suspended. @param creator finds what runs then. */
export function nameAfterEnd(creator: () => Origin | null): void {
  if (namedOrigin !== null || segment.top >= namedTop) return
  namedTop = segment.top
  if (segment.top === 0) giveName(creator())
}

function giveName(origin: Origin | null): void {
  const name = givenName as string
  givenName = null
  nameTaskOf(origin, name)
}
