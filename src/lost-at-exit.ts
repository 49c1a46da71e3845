import { writeSync } from 'node:fs'
import { lostLines } from './format/summary-text.js'
import { instance } from './instance.js'

/** With `ASYNC_TRACE_LOST=1`, the functions of the main thread that were collected while they awaited are printed at the end. */
export function tellOfLost(): void {
  if (process.env['ASYNC_TRACE_LOST'] !== '1') return
  process.on('exit', () => {
    try {
      const lost = instance.isOn() ? instance.collectedFunctions() : []
      if (lost.length > 0) writeSync(2, `async-trace: ${lostLines(lost, 'relative').join('\n')}\n`)
    } catch {
      // The process ends all the same.
    }
  })
}
