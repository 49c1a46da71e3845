import { fileURLToPath } from 'node:url'
import type { Target } from './target.js'

const ENTRY = fileURLToPath(new URL('../index.js', import.meta.url))

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
