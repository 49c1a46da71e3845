import { fileURLToPath } from 'node:url'
import { standaloneVersion } from './own-program.js'
import { Refusal } from './refusal.js'
import type { Target } from './target.js'

const ENTRY = fileURLToPath(new URL('../index.js', import.meta.url))

/** @throws {Refusal} if there is nothing to load. */
export function checkHasPackage(): void {
  if (standaloneVersion !== null) throw new Refusal('blocked', NEEDS_PACKAGE)
}

const NEEDS_PACKAGE = '--inject needs the whole package, and this is only the command: npm install async-trace'

/**
 * Loads async-trace into the running process: what begins from now on is recorded.
 *
 * @returns what has come of it, in a sentence.
 */
export async function inject(target: Target): Promise<string> {
  const isOn = "globalThis[Symbol.for('async-trace.instance')]?.isOn()"
  if ((await target.valueOf<unknown>(isOn)) === true) return 'async-trace records in the process already'
  await target.handleOf(`require(${JSON.stringify(ENTRY)})`)
  await target.valueOf<unknown>("globalThis[Symbol.for('async-trace.instance')]?.markLate?.()")
  return (await target.valueOf<unknown>(isOn)) === true
    ? 'async-trace records in the process from now on'
    : 'async-trace is loaded in the process, but switched off there (ASYNC_TRACE=off)'
}
