import type { ProcessCapture } from '../attach/attach.js'
import { counted } from '../format/counted-text.js'
import { deadlockNames } from '../format/deadlock-names.js'
import { frameText, type Paths, placeText } from '../format/frame-text.js'
import { printable } from '../format/printable.js'
import { groupAlike } from '../format/task-groups.js'
import { endsOf, isNamed } from '../format/tasks-table.js'
import { durationText } from '../model/duration-text.js'
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
export function watchScreen(state: WatchState, columns: number, rows: number, paths: Paths): string[] {
  const head = headLines(state, columns)
  const groups = watchRows(state)
  const ageTitle = state.capture?.isRecorded === false ? 'SEEN' : 'AGE'
  const table = watchTable(groups, ageTitle, columns, paths)
  const body: { text: string; isSelected: boolean }[] = []
  groups.forEach((group, i) => {
    body.push({ text: table.rows[i] ?? '', isSelected: i === state.selected })
    if (i === state.selected && state.isOpen) {
      for (const text of detailLines(group, columns, paths)) body.push({ text, isSelected: false })
    }
  })
  const room = Math.max(1, rows - head.length - 2)
  const cursor = body.findIndex(({ isSelected }) => isSelected)
  const first = Math.max(0, Math.min(cursor - Math.floor(room / 2), body.length - room))
  const shown = body.slice(first, first + room)
  const left = body.length - first - shown.length
  const foot = left > 0 ? `${left} more below   ${KEYS}` : KEYS
  const lines = [
    ...head.map((text, i) => styled(cut(text, columns), i === 0 ? '1' : '31', state.color)),
    styled(cut(table.title.padEnd(columns), columns), '4', state.color),
    ...shown.map(({ text, isSelected }) => (isSelected ? styled(text.padEnd(columns), '7', true) : text)),
  ]
  if (state.capture !== null && groups.length === 0) lines.push(cut(nothingText(state), columns))
  while (lines.length < rows - 1) lines.push('')
  return [...lines.slice(0, rows - 1), styled(cut(foot, columns), '2', state.color)]
}

function nothingText({ filter }: WatchState): string {
  if (filter !== '') return `Nothing that waits has ${printable(filter)} in it.`
  return 'No async function is suspended. async-trace tree says what keeps the process alive.'
}

function headLines({ capture, isPaused, filter, isTyping, status }: WatchState, columns: number): string[] {
  if (capture === null) return [isPaused ? 'PAUSED' : printable(status)]
  const { pid, command, dump, graph, isRecorded, unaskedThreads } = capture
  const pause = dump.threads.reduce((longest, { pauseMs }) => Math.max(longest, pauseMs ?? 0), 0)
  const parts = [
    ...(isPaused ? ['PAUSED'] : []),
    `${pid} ${cut(printable(command), Math.max(20, Math.floor(columns / 3)))}`,
    counted(dump.tasks.length, 'task'),
    new Date(dump.takenAtMs).toTimeString().slice(0, 8),
    ...(status === '' ? [] : [printable(status)]),
    ...(isRecorded ? [] : [`paused ${durationText(pause)} for it`]),
    ...(unaskedThreads > 0 ? [`--threads shows ${counted(unaskedThreads, 'worker thread')} too`] : []),
  ]
  const lines = [parts.join(' · ')]
  for (const { state, threadId, stack } of dump.threads) {
    const [top] = stack
    if (state !== 'busy') continue
    lines.push(`thread ${threadId} ${top === undefined ? 'does not answer' : `is busy: ${frameText(top, 'basename')}`}`)
  }
  const deadlocks = deadlockNames(graph)
  for (const name of deadlocks.slice(0, 3)) lines.push(`deadlock: ${name}`)
  if (deadlocks.length > 3) lines.push(`and ${deadlocks.length - 3} more deadlocks`)
  if (isTyping || filter !== '') lines.push(`filter: ${printable(filter)}${isTyping ? '▏' : ''}`)
  return lines
}

const GAP = '  '
/** From here on there is room for the folders of files. */
const WIDE = 120

/** A line a group; `SEEN` is for how long we have seen it, where its age is not known. Each column as wide as it needs; where not all fit, what is cut is the longest. */
function watchTable(groups: readonly (readonly TaskInfo[])[], ageTitle: string, columns: number, paths: Paths) {
  const cells = groups.map((group) => {
    const [oldest] = group
    const { outermost } = oldest === undefined ? { outermost: null } : endsOf(oldest)
    return [
      durationText(oldest?.ageMs ?? Number.NaN),
      group.length > 1 ? `×${group.length}` : '',
      printable(oldest?.functionExecuting ?? ''),
      outermost === null ? '-' : placeText(outermost, columns < WIDE ? 'basename' : paths),
      printable(oldest?.waitingOn?.label ?? '-'),
    ]
  })
  const titles = [ageTitle, '', 'FUNCTION', 'AT', 'WAITS FOR']
  const wanted = titles.map((title, i) => Math.max(title.length, ...cells.map((row) => length(row[i] ?? ''))))
  const widths = fittingWidths(wanted, columns - GAP.length * (titles.length - 1))
  const line = (row: readonly string[]) => {
    const [age = '', count = '', name = '', at = '', waits = ''] = row
    const [ageWidth = 0, countWidth = 0, nameWidth = 0, atWidth = 0, waitsWidth = 0] = widths
    return [
      padStart(age, ageWidth),
      ...(countWidth === 0 ? [] : [padStart(count, countWidth)]),
      padEnd(cut(name, nameWidth), nameWidth),
      padEnd(cutStart(at, atWidth), atWidth),
      cut(waits, waitsWidth),
    ].join(GAP)
  }
  return { title: line(titles), rows: cells.map((row) => cut(line(row), columns)) }
}

/** The widths as wanted, or the widest of the last three made narrower until all fit. */
function fittingWidths(wanted: readonly number[], room: number): number[] {
  const widths = [...wanted]
  for (let over = widths.reduce((sum, width) => sum + width, 0) - room; over > 0; over--) {
    const cuttable = widths.slice(2)
    const widest = Math.max(...cuttable)
    if (widest <= NARROWEST) break
    widths[cuttable.lastIndexOf(widest) + 2] = widest - 1
  }
  return widths
}

const NARROWEST = 8

/** Of an open row: its stack with the source, all that it waits for, its names, and where it was created. */
function detailLines(group: readonly TaskInfo[], columns: number, paths: Paths): string[] {
  const [oldest] = group
  if (oldest === undefined) return []
  const shownPaths = columns < WIDE ? 'basename' : paths
  const lines = (oldest.stack ?? []).map((frame) => {
    const source = frame.source === null ? '' : `  │ ${printable(frame.source.trim())}`
    return `${frameText(frame, shownPaths)}${source}`
  })
  const names = group.filter(isNamed).map(({ task }) => printable(task.name))
  const created = (oldest.createdPath ?? []).filter(({ filename }) => filename !== null)
  const lead = '      '
  return [
    ...lines.map((text) => cut(lead + text, columns)),
    ...(oldest.waitingOn === null ? [] : wrapped(`waits for ${printable(oldest.waitingOn.label)}`, lead, columns)),
    ...(names.length === 0 ? [] : wrapped(`named ${names.slice(0, MOST_NAMES).join(', ')}`, lead, columns)),
    ...created.slice(0, MOST_FRAMES).map((frame, i) => {
      return cut(`${lead}${i === 0 ? 'created by ' : '           '}${frameText(frame, shownPaths)}`, columns)
    }),
  ]
}

const MOST_NAMES = 8
const MOST_FRAMES = 10

function wrapped(text: string, lead: string, columns: number): string[] {
  const width = Math.max(20, columns - lead.length)
  const characters = [...text]
  const lines: string[] = []
  for (let at = 0; at < characters.length; at += width) lines.push(lead + characters.slice(at, at + width).join(''))
  return lines
}

function length(text: string): number {
  return [...text].length
}

function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - length(text))) + text
}

function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - length(text)))
}

function cut(text: string, width: number): string {
  const characters = [...text]
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`
}

/** A place keeps its end: the file and the line. */
function cutStart(text: string, width: number): string {
  const characters = [...text]
  return characters.length <= width ? text : `…${characters.slice(characters.length - Math.max(0, width - 1)).join('')}`
}

function styled(text: string, code: string, isOn: boolean): string {
  return isOn ? `\x1b[${code}m${text}${RESET}` : text
}

/** What is not known counts as new. */
function age(task: TaskInfo | undefined): number {
  return Number.isNaN(task?.ageMs ?? Number.NaN) ? 0 : (task?.ageMs ?? 0)
}
