import type { ProcessCapture } from '../attach/attach.js'
import { keptAliveText } from '../format/kept-alive-text.js'
import { printable } from '../format/printable.js'
import { summaryLines } from '../format/summary-text.js'
import { pathsFor } from './captured.js'

/** Of a process that waits in callbacks only: what keeps it alive. */
export function idleText(capture: ProcessCapture): string {
  const { incomplete } = capture.graph
  const conclusions = summaryLines(capture.conclusions ?? capture.graph, pathsFor(capture)).map((line) => `${line}\n`)
  const none =
    incomplete === undefined
      ? 'No async function is suspended.'
      : `${printable(incomplete)}\n\nNo async function that was recorded is suspended.`
  const alive = keptAliveText(capture.keptAlive, pathsFor(capture))
  const idle = alive === null ? none : `${none} ${alive}`
  return conclusions.length === 0 ? idle : `${conclusions.join('')}\n${idle}`
}
