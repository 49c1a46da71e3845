import { setFlagsFromString } from 'node:v8'

/**
 * In a promise reaction V8 adds the suspended awaiters to every captured stack: it follows the promises that
 * derive from the running one, over a chain of `.then` to its end, however long (Node 20 to 26; a step takes
 * about 10 ns). A program that queues 20,000 jobs with `.then` would pay that walk at every capture. There is no
 * API to leave it out but V8's own switch for it, which belongs to the whole process: so it is off for the
 * moment of a capture, and only where captures were seen to be slow.
 */
const OFF = '--no-async-stack-traces'
const ON = '--async-stack-traces'

/** Somebody has chosen the switch's position at start-up: it is left alone. */
const isChosen = /async[-_]stack[-_]traces/.test(`${process.execArgv.join(' ')} ${process.env['NODE_OPTIONS'] ?? ''}`)

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
