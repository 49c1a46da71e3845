import { types } from 'node:util'
import { isOwnScript } from '../engine/own-files.js'

const PLACE = /^\s*at (?:.* \()?(.+?):\d+:\d+\)?$/

/** Takes this package's frames, which stand between a test and its runner, out of the stack of what a test has thrown. */
export function hideOwnFrames(error: unknown): void {
  try {
    if (!types.isNativeError(error) || typeof error.stack !== 'string') return
    const lines = error.stack.split('\n')
    const others = lines.filter((line) => !isOwnScript(PLACE.exec(line)?.[1] ?? ''))
    if (others.length < lines.length) error.stack = others.join('\n')
  } catch {
    // It is frozen, or its stack throws.
  }
}
