import type { AsyncTrace, TraceFrame } from '../model/trace.js'
import { callText, type PathStyle, shownPath } from './frame-text.js'
import { printable } from './printable.js'
import { foldPackages, foldText, type PackageFold } from './program-frames.js'

/** How a trace is formatted. */
export interface FormatOptions {
  /** `tree` (the default), or `stack`: lines in V8's format, which editors make clickable. */
  readonly style?: 'tree' | 'stack'
  /** How file paths are shown. Default `relative`: to the working directory. */
  readonly paths?: PathStyle
  /** In a `tree`: whether three or more consecutive functions of one npm package share a line (`folded`, the default) or have one each. */
  readonly packages?: 'folded' | 'whole'
}

/** Further in a tree goes no further to the right: an 80-column terminal still has room for the place. */
const MOST_INDENTED = 12

/** The trace as text, a line a frame, without a line break at the end. */
export function traceText(trace: AsyncTrace, options: FormatOptions = {}): string {
  const { style = 'tree', paths = 'relative', packages = 'folded' } = options
  if (style === 'stack') return trace.frames.flatMap(stackLines).join('\n')
  const lines = packages === 'folded' ? withPackagesFolded(trace.frames) : trace.frames
  return lines.map((each, depth) => treeLine(each, depth, paths)).join('\n')
}

/** The innermost frame is always shown: it is where the path was asked for. */
function withPackagesFolded([innermost, ...rest]: readonly TraceFrame[]): (TraceFrame | PackageFold<TraceFrame>)[] {
  return innermost === undefined ? [] : [innermost, ...foldPackages(rest)]
}

function treeLine(line: TraceFrame | PackageFold<TraceFrame>, depth: number, paths: PathStyle): string {
  const lead = `${'  '.repeat(Math.min(depth, MOST_INDENTED))}↑ `
  if ('package' in line) return `${lead}${foldText(line)}${[...new Set(line.frames.map(boundaryText))].join('')}`
  const turns = line.repeated > 1 ? ` ×${line.repeated}` : ''
  if (line.filename === null) return `${lead}${printable(line.name)}${turns}`
  const place = `at line ${line.line} [${printable(shownPath(line.filename, paths))}]`
  return `${lead}${callText(line)} ${place}${boundaryText(line)}${turns}`
}

function boundaryText({ boundary }: TraceFrame): string {
  return boundary === null ? '' : ` [${boundary.toUpperCase()}]`
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
