import type { ProcessCapture } from '../attach/attach.js'
import { counted } from '../format/counted-text.js'
import { frameText } from '../format/frame-text.js'
import { printable } from '../format/printable.js'
import { pathsFor } from './captured.js'

const MOST_LINES = 20

/** Of a process that waits in callbacks only: what keeps it alive, alike ones as one. */
export function idleText(capture: ProcessCapture): string {
  const paths = pathsFor(capture)
  const counts = new Map<string, number>()
  for (const { leaf, calls } of capture.keptAlive) {
    const text = `${printable(leaf.label).trimEnd()}${calls === null ? '' : `, calls ${frameText(calls, paths)}`}`
    counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  const { incomplete } = capture.graph
  const none =
    incomplete === undefined
      ? 'No async function is suspended.'
      : `${printable(incomplete)}\n\nNo async function that was recorded is suspended.`
  if (counts.size === 0) return none
  const lines = [...counts].map(([text, count]) => `  ${text}${count === 1 ? '' : ` ×${count}`}`)
  const more = lines.length - MOST_LINES
  return [
    `${none} The process is kept alive by:`,
    ...lines.slice(0, MOST_LINES),
    ...(more > 0 ? [`  and ${counted(more, 'other')}`] : []),
  ].join('\n')
}
