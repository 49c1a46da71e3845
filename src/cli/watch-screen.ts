import type { ProcessCapture } from '../attach/attach.js'
import { durationText } from '../format/duration-text.js'
import { frameText, type PathStyle, placeText } from '../format/frame-text.js'
import { printable } from '../format/printable.js'
import { groupAlike } from '../format/task-groups.js'
import { deadlockNames } from '../format/wait-graph-names.js'
import type { TaskInfo } from '../model/task-dump.js'
import { filterDump } from '../walk/filtered.js'

/** All that the screen of `watch` shows. */
export interface WatchState {
  readonly capture: ProcessCapture | null
  readonly isPaused: boolean
  readonly filter: string
  readonly isTyping: boolean
  /** The row under the cursor. */
  readonly selected: number
  readonly isOpen: boolean
  /** What is being done just now, or went wrong. */
  readonly status: string
  readonly color: boolean
}

const KEYS = 'q quit   space pause   / filter   ↑↓ select   enter stack'
const RESET = '\x1b[0m'

/** Tasks that stand at one place as one row, the oldest first. */
export function watchRows({ capture, filter }: WatchState): TaskInfo[][] {
  if (capture === null) return []
  const dump = filter === '' ? capture.dump : filterDump(capture.dump, filter)
  const groups = groupAlike(dump.tasks)
  for (const group of groups) group.sort((a, b) => age(b) - age(a))
  return groups.sort((a, b) => age(b[0]) - age(a[0]) || b.length - a.length)
}

/** The lines of the screen, as many as it has, none wider than it is. */
export function watchScreen(state: WatchState, columns: number, rows: number, paths: PathStyle): string[] {
  const head = headLines(state)
  const groups = watchRows(state)
  const body: { text: string; isSelected: boolean }[] = []
  groups.forEach((group, i) => {
    body.push({ text: rowText(group, columns, paths), isSelected: i === state.selected })
    if (i === state.selected && state.isOpen) {
      for (const text of stackTexts(group, paths)) body.push({ text, isSelected: false })
    }
  })
  const room = Math.max(1, rows - head.length - 2)
  const cursor = body.findIndex(({ isSelected }) => isSelected)
  const first = Math.max(0, Math.min(cursor - Math.floor(room / 2), body.length - room))
  const shown = body.slice(first, first + room)
  const left = body.length - first - shown.length
  const foot = left > 0 ? `${KEYS}   (${left} more below)` : KEYS
  const title = titleText(columns)
  const lines = [
    ...head.map((text, i) => styled(cut(text, columns), i === 0 ? '1' : '31', state.color)),
    styled(cut(title, columns), '4', state.color),
    ...shown.map(({ text, isSelected }) => (isSelected ? styled(cut(text, columns), '7', true) : cut(text, columns))),
  ]
  while (lines.length < rows - 1) lines.push('')
  return [...lines.slice(0, rows - 1), styled(cut(foot, columns), '2', state.color)]
}

function headLines({ capture, isPaused, filter, isTyping, status }: WatchState): string[] {
  if (capture === null) return [printable(status)]
  const { pid, command, dump, graph, isRecorded } = capture
  const pause = dump.threads.reduce((longest, { pauseMs }) => Math.max(longest, pauseMs ?? 0), 0)
  const parts = [
    ...(isPaused ? ['PAUSED'] : []),
    `${pid} ${printable(command)}`,
    `${dump.tasks.length} tasks`,
    new Date(dump.takenAtMs).toTimeString().slice(0, 8),
    `a reading pauses it ${durationText(pause)}`,
    ...(isRecorded ? [] : ['ages since this began']),
    ...(status === '' ? [] : [printable(status)]),
  ]
  const lines = [parts.join(' · ')]
  for (const { state, threadId, stack } of dump.threads) {
    const [top] = stack
    if (state !== 'busy') continue
    lines.push(`thread ${threadId} is busy${top === undefined ? ' in native code' : `: ${frameText(top, 'basename')}`}`)
  }
  const deadlocks = deadlockNames(graph)
  for (const name of deadlocks.slice(0, 3)) lines.push(`deadlock: ${name}`)
  if (deadlocks.length > 3) lines.push(`and ${deadlocks.length - 3} more deadlocks`)
  if (isTyping || filter !== '') lines.push(`filter: ${printable(filter)}${isTyping ? '▏' : ''}`)
  return lines
}

const AGE = 10
const COUNT = 7

function titleText(columns: number): string {
  const { name, waits } = widths(columns)
  return `${'AGE'.padStart(AGE)} ${'TASKS'.padStart(COUNT)}  ${'FUNCTION'.padEnd(name)}  ${'WAITS FOR'.padEnd(waits)}  AT`
}

function rowText(group: readonly TaskInfo[], columns: number, paths: PathStyle): string {
  const [oldest] = group
  if (oldest === undefined) return ''
  const { name, waits } = widths(columns)
  const cells = [
    durationText(oldest.ageMs).padStart(AGE),
    ` ${String(group.length).padStart(COUNT)}`,
    `  ${fitted(oldest.functionExecuting, name)}`,
    `  ${fitted(oldest.waitingOn?.label ?? '-', waits)}`,
    `  ${oldest.currentFrame === null ? '' : placeText(oldest.currentFrame, paths)}`,
  ]
  return cells.join('')
}

function stackTexts([oldest]: readonly TaskInfo[], paths: PathStyle): string[] {
  const frames = oldest?.stack ?? []
  const lead = ' '.repeat(AGE + COUNT + 3)
  return frames.map((frame) => {
    const source = frame.source === null ? '' : `  │ ${printable(frame.source.trim())}`
    return `${lead}${frameText(frame, paths)}${source}`
  })
}

function widths(columns: number): { name: number; waits: number } {
  const room = Math.max(30, columns - AGE - COUNT - 8)
  return { name: Math.floor(room * 0.25), waits: Math.floor(room * 0.4) }
}

function fitted(text: string, width: number): string {
  return cut(printable(text), width).padEnd(width)
}

function cut(text: string, width: number): string {
  const characters = [...text]
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`
}

function styled(text: string, code: string, isOn: boolean): string {
  return isOn ? `\x1b[${code}m${text}${RESET}` : text
}

/** What is not known counts as new. */
function age(task: TaskInfo | undefined): number {
  return Number.isNaN(task?.ageMs ?? Number.NaN) ? 0 : (task?.ageMs ?? 0)
}
