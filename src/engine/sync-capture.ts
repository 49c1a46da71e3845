import { setFlagsFromString } from './node-primordials.js'

/**
 * In a promise reaction V8 adds the suspended awaiters to every captured stack: it follows the promises that
 * derive from the running one, over a chain of `.then` to its end, however long (Node 20 to 26; a step takes
 * about 10 ns). A program that queues 20,000 jobs with `.then` would pay that walk at every capture. There is no
 * API to leave it out but V8's own switch for it, which belongs to the whole process: so it is off for the
 * moment of a capture, and only where captures were seen to be slow or the walk might never end (record/rings.ts).
 */
const OFF = '--no-async-stack-traces'
const ON = '--async-stack-traces'

/** Somebody has chosen the switch's position at start-up: it is left alone. */
const isChosen = /async[-_]stack[-_]traces/.test(`${process.execArgv.join(' ')} ${process.env['NODE_OPTIONS'] ?? ''}`)

/** V8's walk might never end: no stack is captured with it. */
export let areWalksLeftOut = false

export function leaveOutWalks(are: boolean): void {
  areWalksLeftOut = are
}

/** Captures the present stack, for who reads only its synchronous part. */
export function withoutEndlessWalk<T>(capture: () => T): T {
  if (!areWalksLeftOut || isChosen) return capture()
  setFlagsFromString(OFF)
  try {
    return capture()
  } finally {
    setFlagsFromString(ON)
  }
}

/** A raw stack without V8's awaiters. @param ErrorOfRealm the constructor to capture with. */
export function captureSyncStack(ErrorOfRealm: ErrorConstructor): Error {
  if (isChosen) return new ErrorOfRealm()
  setFlagsFromString(OFF)
  try {
    return new ErrorOfRealm()
  } finally {
    setFlagsFromString(ON)
  }
}
