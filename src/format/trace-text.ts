import type { AsyncTrace, TraceFrame } from '../model/trace.js'
import { callText, type PathStyle, shownPath } from './frame-text.js'
import { printable } from './printable.js'

/** How a trace is printed. */
export interface FormatOptions {
  /** `tree` (the default), or `stack`: lines as V8 prints them, which editors make clickable. */
  readonly style?: 'tree' | 'stack'
  /** Files relative to the working directory (the default), whole, or by their last part. */
  readonly paths?: PathStyle
}

/** The trace as text, a line a frame, without a line break at the end. */
export function traceText(trace: AsyncTrace, options: FormatOptions = {}): string {
  const { style = 'tree', paths = 'relative' } = options
  const lines =
    style === 'tree' ? trace.frames.map((frame) => treeLine(frame, paths)) : trace.frames.flatMap(stackLines)
  return lines.join('\n')
}

function treeLine(frame: TraceFrame, paths: PathStyle): string {
  const lead = `${'  '.repeat(frame.indent)}↑ `
  const turns = frame.repeated > 1 ? ` ×${frame.repeated}` : ''
  if (frame.filename === null) return `${lead}${printable(frame.name)}${turns}`
  const boundary = frame.boundary === null ? '' : ` [${frame.boundary.toUpperCase()}]`
  return `${lead}${callText(frame)} at line ${frame.line} [${printable(shownPath(frame.filename, paths))}]${boundary}${turns}`
}

function stackLines(frame: TraceFrame): string[] {
  const lines: string[] = []
  const turns = frame.repeated > 1 ? ` ×${frame.repeated}` : ''
  if (frame.boundary !== null) {
    const task = frame.task === null ? '' : ` ${printable(frame.task.name)}`
    lines.push(`    -- ${frame.boundary}${task} --`)
  }
  if (frame.filename === null)
    lines.push(`    ${frame.task === null ? printable(frame.name) : `-- ${printable(frame.name)} --`}`)
  else
    lines.push(`    at ${printable(frame.name)} (${printable(frame.filename)}:${frame.line}:${frame.column})${turns}`)
  return lines
}
