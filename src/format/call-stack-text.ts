import { flatCallStack } from '../model/flat-call-stack.js'
import type {
  CallStackJson,
  CallStackJsonEntry,
  CallStackJsonWait,
  PromiseCallStack,
  StackEntry,
} from '../model/promise-call-stack.js'
import { callText, type PathStyle, type Paths, placeText, returnedText } from './frame-text.js'
import { printable } from './printable.js'

/** How a call stack is printed. */
export interface CallStackFormatOptions {
  /** How file paths are shown. Default `relative`: to the working directory. */
  readonly paths?: PathStyle
}

/** From here on awaiters are numbered instead of indented, so that the text grows with their number only. */
const DEEPEST_INDENT = 24

/** An entry at its place in the text, or a reference to one. */
interface Row {
  readonly entry: CallStackJsonEntry
  readonly level: number
  readonly wait: CallStackJsonWait | null
  readonly isReference: boolean
}

/**
 * A call stack and everything that awaits it, as a tree, without a line break at the end. Each awaiter has its place
 * once; wherever else it awaits something, `→ #7` refers to it.
 */
export function callStackText(
  callStack: PromiseCallStack | CallStackJson,
  options: CallStackFormatOptions = {},
): string {
  const { paths = 'relative' } = options
  const flat = 'entries' in callStack ? callStack : flatCallStack(callStack)
  const rows = rowsOf(flat)
  const referred = new Set(rows.filter(({ isReference }) => isReference).map(({ entry }) => entry.id))
  const lines = rows.flatMap((row) => rowLines(row, referred, paths))
  if (flat.incomplete !== undefined) lines.push(printable(flat.incomplete))
  return lines.join('\n')
}

/** Each entry as near to the first one as can be. */
function rowsOf({ entries }: CallStackJson): Row[] {
  const [first] = entries
  if (first === undefined) return []
  const byId = new Map(entries.map((entry) => [entry.id, entry]))
  const placed = new Map<CallStackJsonWait | null, CallStackJsonEntry>([[null, first]])
  const seen = new Set([first])
  const queue = [first]
  for (let at = 0; at < queue.length; at++) {
    for (const wait of (queue[at] as CallStackJsonEntry).awaitedBy) {
      const entry = byId.get(wait.id)
      if (entry === undefined || seen.has(entry)) continue
      seen.add(entry)
      placed.set(wait, entry)
      queue.push(entry)
    }
  }
  const rows: Row[] = []
  const open: Row[] = [{ entry: first, level: 0, wait: null, isReference: false }]
  for (let row = open.pop(); row !== undefined; row = open.pop()) {
    rows.push(row)
    if (row.isReference) continue
    for (const wait of row.entry.awaitedBy.toReversed()) {
      const entry = byId.get(wait.id)
      if (entry !== undefined) open.push({ entry, level: row.level + 1, wait, isReference: !placed.has(wait) })
    }
  }
  return rows
}

function rowLines({ entry, level, wait, isReference }: Row, referred: ReadonlySet<number>, paths: Paths): string[] {
  const depth = Math.min(level, DEEPEST_INDENT)
  const outer = depth === 0 ? '' : ' '.repeat(6 * depth - 1)
  const inner = ' '.repeat(2 + 6 * depth)
  const lead = `${outer}* ${level > DEEPEST_INDENT ? `[${level}] ` : ''}`
  const through = (wait?.through ?? []).map(printable)
  if (isReference) {
    const via = through.map((name) => `${name}: `).join('')
    return [`${lead}${via}${heading(entry)} → #${entry.id}${wait?.cycle === true ? ' (cycle)' : ''}`]
  }
  const lines = [`${lead}${heading(entry)}${referred.has(entry.id) ? ` #${entry.id}` : ''}`]
  if (through.length + entry.callStack.length > 0) lines.push(`${inner}+ Call stack:`)
  for (const name of through) lines.push(`${inner}| * async ${name}`)
  for (const frame of entry.callStack) lines.push(...entryLines(frame, paths).map((line) => `${inner}| ${line}`))
  if (entry.awaitedBy.length > 0) lines.push(`${inner}+ Awaited by:`)
  return lines
}

function heading({ task }: CallStackJsonEntry): string {
  return task === null ? 'Promise' : `Task(name='${printable(task.name)}', id=${task.id})`
}

function entryLines(entry: StackEntry, paths: Paths): string[] {
  const call = callText(entry)
  const kind = entry.kind === 'async generator' ? 'async generator ' : entry.async ? 'async ' : ''
  const place = placeText(entry, paths)
  const returned = returnedText(entry)
  return place === '' ? [`* ${kind}${call}${returned}`] : [`* ${kind}${call}`, `  ${place}${returned}`]
}
