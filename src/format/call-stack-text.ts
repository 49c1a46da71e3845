import type { PromiseCallStack, StackEntry } from '../model/promise-call-stack.js'
import { callText, type PathStyle, placeText } from './frame-text.js'
import { printable } from './printable.js'

/** How a call stack is printed. */
export interface CallStackFormatOptions {
  /** Files relative to the working directory (the default), whole, or by their last part. */
  readonly paths?: PathStyle
}

/** From here on awaiters are numbered instead of indented, so that the text grows with their number only. */
const DEEPEST_INDENT = 24

/**
 * A promise's call stack and everything that awaits it, as a tree, without a line break at the end.
 * What stands in the tree already is named, not repeated.
 */
export function callStackText(callStack: PromiseCallStack, options: CallStackFormatOptions = {}): string {
  const { paths = 'relative' } = options
  const lines: string[] = []
  const shown = new Set<PromiseCallStack>()
  const open: { entry: PromiseCallStack; level: number }[] = [{ entry: callStack, level: 0 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { entry, level } = next
    const depth = Math.min(level, DEEPEST_INDENT)
    const outer = depth === 0 ? '' : ' '.repeat(6 * depth - 1)
    const inner = ' '.repeat(2 + 6 * depth)
    const isShown = shown.has(entry)
    shown.add(entry)
    const mark = entry.cycle ? ' (cycle: shown above)' : isShown ? ' (shown above)' : ''
    lines.push(`${outer}* ${level > DEEPEST_INDENT ? `[${level}] ` : ''}${heading(entry)}${mark}`)
    if (isShown) continue
    if (entry.callStack.length > 0) lines.push(`${inner}+ Call stack:`)
    for (const frame of entry.callStack) lines.push(...entryLines(frame, paths).map((line) => `${inner}| ${line}`))
    if (entry.awaitedBy.length > 0) lines.push(`${inner}+ Awaited by:`)
    for (const waiter of entry.awaitedBy.toReversed()) open.push({ entry: waiter, level: level + 1 })
  }
  if (callStack.incomplete !== undefined) lines.push(printable(callStack.incomplete))
  return lines.join('\n')
}

function heading({ task }: PromiseCallStack): string {
  return task === null ? 'Promise' : `Task(name='${printable(task.name)}', id=${task.id})`
}

function entryLines(entry: StackEntry, paths: PathStyle): string[] {
  const call = entry.kind === 'combinator' ? printable(entry.name) : callText(entry)
  const kind = entry.kind === 'async generator' ? 'async generator ' : entry.async ? 'async ' : ''
  const place = placeText(entry, paths)
  return place === '' || entry.kind === 'combinator' ? [`* ${kind}${call}`] : [`* ${kind}${call}`, `  ${place}`]
}
