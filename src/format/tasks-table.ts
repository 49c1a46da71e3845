import { durationText } from '../model/duration-text.js'
import type { TaskDump, TaskInfo } from '../model/task-dump.js'
import { frameText, type Paths, placeText } from './frame-text.js'
import { grouped } from './grouped.js'
import { placeKey } from './place-key.js'
import { printable } from './printable.js'
import { shortened, tableText } from './table-text.js'
import { tasksByThread } from './task-groups.js'
import { labelOfAll, varyingLabel } from './varying-label.js'
import { wrappedText } from './wrapped-text.js'

/** A line of the table, or its heading. */
type Line = Omit<Row, 'thread' | 'count'> & Readonly<Record<'thread' | 'count', number | string>>

export interface TasksTableOptions {
  readonly all?: boolean
  readonly columns?: number | null
}

interface Row {
  readonly thread: number
  /** How many tasks it is a line of. */
  readonly count: number
  readonly id: string
  readonly state: string
  readonly age: string
  readonly name: string
  readonly fn: string
  readonly at: string
  readonly innermost: string
  readonly waits: string
}

/**
 * A line for tasks that are alike, by thread, number and age, below a heading; busy threads have a line of their own. A
 * function stands with its own await; the innermost function of its chain has a column where there are chains, names that
 * were given have one, and how many tasks a line is of, where one is of several: then its number and age are the oldest's.
 *
 * @param options.all whether each task has a line of its own.
 * @param options.columns of the terminal; null if it is not for one. In a narrow one, places and what is waited for stand below their line.
 */
export function tasksTable(dump: TaskDump, paths: Paths, options: TasksTableOptions = {}): string {
  const { all = false, columns = null } = options
  const byId = new Map(dump.tasks.map((info) => [idOf(info.task.threadId, info.task.id), info]))
  const rows = tasksByThread(dump).flatMap(({ thread, tasks }): Row[] => {
    const oldestFirst = [...tasks].sort((a, b) => ageOf(b) - ageOf(a))
    const own = [...grouped<TaskInfo, unknown>(oldestFirst, (info) => (all ? info : keyOf(info))).values()].map(
      (group) => rowOf(group, byId, paths),
    )
    own.sort((a, b) => b.count - a.count)
    if (thread.state !== 'busy') return own
    const [top] = thread.stack
    const about = { thread: thread.threadId, count: 1, id: '-', state: 'BUSY', age: '-', name: printable(thread.name) }
    const place = top === undefined ? '' : placeText(top, paths)
    return [
      { ...about, fn: top === undefined ? '-' : printable(top.name), at: place, innermost: '', waits: '' },
      ...own,
    ]
  })
  const hasNames = dump.tasks.some(isNamed)
  const hasChains = rows.some(({ innermost }) => innermost !== '')
  const hasCounts = rows.some(({ count }) => count > 1)
  const short = (row: Line) => [
    String(row.thread),
    ...(hasCounts ? [String(row.count)] : []),
    row.id,
    row.state,
    row.age,
    ...(hasNames ? [row.name || '-'] : []),
    row.fn,
  ]
  const line = (row: Line) => [
    ...short(row),
    row.at || '-',
    ...(hasChains ? [row.innermost || '-'] : []),
    row.waits || '-',
  ]
  const titles = {
    thread: 'THREAD',
    count: 'COUNT',
    id: 'TASK',
    state: 'STATE',
    age: 'AGE',
    name: 'NAME',
    fn: 'FUNCTION',
    at: 'AT',
  }
  const heading = { ...titles, innermost: 'INNERMOST', waits: 'WAITS FOR' }
  const whole = tableText(line(heading), rows.map(line))
  const isTooWide = columns !== null && whole.split('\n').some((each) => each.length > columns)
  const table = isTooWide ? narrowTable(tableText(short(heading), rows.map(short)), rows, columns) : whole
  const notes = dump.threads.flatMap(({ threadId, incomplete }) =>
    incomplete === undefined ? [] : [`Thread ${threadId}: ${printable(incomplete)}`],
  )
  return notes.length === 0 ? table : `${table}\n\n${notes.join('\n')}`
}

/** A table with what has no room in it below each line. */
function narrowTable(table: string, rows: readonly Row[], columns: number): string {
  const [heading = '', ...lines] = table.split('\n').map((line) => shortened(line, columns))
  const below = ({ at, innermost, waits }: Row) =>
    [at, innermost && `innermost: ${innermost}`, waits && `waits for ${waits}`].flatMap((text) =>
      text ? [`    ${text}`] : [],
    )
  const parts = lines.flatMap((line, i) => [line, ...wrapped(below(rows[i] as Row), columns)])
  return [heading, ...parts].join('\n')
}

function wrapped(lines: readonly string[], columns: number): string[] {
  return lines.length === 0 ? [] : wrappedText(lines.join('\n'), columns).split('\n')
}

/** The same text for tasks of which a line would say the same. */
function keyOf(info: TaskInfo): string {
  const { state, functionExecuting, currentFrame, stack, waitingOn } = info
  const waits = waitingOn && varyingLabel(waitingOn.kind, waitingOn.label, () => '…')
  const on = waitingOn?.taskId === undefined ? waits : waitingOn.taskId
  const name = isNamed(info) ? info.task.name : ''
  return [state, name, functionExecuting, placeKey(currentFrame), ...(stack ?? []).map(placeKey), '', on].join('\n')
}

function rowOf(group: readonly [TaskInfo, ...TaskInfo[]], byId: ReadonlyMap<string, TaskInfo>, paths: Paths): Row {
  const [info] = group
  const { task, state, ageMs, functionExecuting } = info
  const { outermost, innermost } = endsOf(info)
  return {
    thread: task.threadId,
    count: group.length,
    id: String(task.id),
    state,
    age: durationText(ageMs),
    name: isNamed(info) ? printable(task.name) : '',
    fn: printable(functionExecuting),
    at: outermost === null ? '' : placeText(outermost, paths),
    innermost: innermost === null ? '' : frameText(innermost, paths),
    waits: group.length === 1 ? waitsText(info, byId) : waitsOfAll(group, byId),
  }
}

/** The function's own frame, and that of the last one of its chain where it is another. */
export function endsOf({ stack, currentFrame, functionExecuting }: TaskInfo) {
  const outermost = stack?.[0] ?? (currentFrame?.name === functionExecuting ? currentFrame : null)
  const isChain = stack === undefined ? outermost === null : stack.length > 1
  return { outermost, innermost: isChain ? currentFrame : null }
}

/** What it waits for; another task with its function. */
function waitsText({ task, waitingOn }: TaskInfo, byId: ReadonlyMap<string, TaskInfo>): string {
  if (waitingOn === null) return ''
  const other = waitingOn.taskId === undefined ? undefined : byId.get(idOf(task.threadId, waitingOn.taskId))
  if (other === undefined || waitingOn.label.includes(' and ')) return printable(waitingOn.label)
  const name = isNamed(other) ? other.task.name : other.functionExecuting
  return printable(`task ${other.task.id}: ${name}`)
}

function waitsOfAll(group: readonly [TaskInfo, ...TaskInfo[]], byId: ReadonlyMap<string, TaskInfo>): string {
  const [info] = group
  const leaves = group.flatMap(({ waitingOn }) => waitingOn ?? [])
  const [first] = leaves
  if (first === undefined || first.taskId !== undefined) return waitsText(info, byId)
  const labels = leaves.map(({ label }) => label)
  const remainingMs = leaves.flatMap((leaf) => leaf.remainingMs ?? [])
  return printable(labelOfAll(first.kind, labels, remainingMs))
}

/** By the program, not by its number or its function. */
export function isNamed({ task, functionExecuting }: TaskInfo): boolean {
  return task.name !== `Task-${task.id}` && task.name.replace(/\(\)$/, '') !== functionExecuting
}

function idOf(threadId: number, taskId: number): string {
  return `${threadId} ${taskId}`
}

/** What is not known counts as new. */
function ageOf({ ageMs }: TaskInfo): number {
  return Number.isNaN(ageMs) ? 0 : ageMs
}
