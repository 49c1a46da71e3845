// What the programs call: prints the path as one line of JSON, for the test to compare with the marks.
import { basename } from 'node:path'
import { writeSync } from 'node:fs'
import { collectAsyncTrace, traceOf } from 'async-trace'

export function trace(label) {
  print(label, collectAsyncTrace().frames.slice(1))
}

/** That of an error. */
export function traceError(label, error) {
  print(label, traceOf(error)?.frames ?? [])
}

/** That of what a promise was rejected with. */
export function tracePromise(label, promise) {
  print(label, collectAsyncTrace({ promise }).frames)
}

function print(label, frames) {
  writeSync(1, `${JSON.stringify({ label, frames: frames.slice(0, -1).map(shown), root: frames.at(-1)?.name })}\n`)
}

function shown(frame) {
  const { name, filename, line, column, boundary, repeated } = frame
  return { name, file: filename && basename(filename), line, column, boundary, repeated }
}
