import type { TaskDump, TaskInfo } from '../model/task-dump.js'
import { durationText } from './duration-text.js'
import { frameText, type PathStyle, placeText } from './frame-text.js'
import { printable } from './printable.js'
import { shortened, tableText } from './table-text.js'
import { tasksByThread } from './task-groups.js'

const WIDEST = 48

interface Row {
  readonly thread: number
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
 * A line a task, by thread and age, below a heading; busy threads have a line of their own. A function stands with its
 * own await; the innermost function of its chain has a column where there are chains, and names that were given have one.
 */
export function tasksTable(dump: TaskDump, paths: PathStyle): string {
  const byId = new Map(dump.tasks.map((info) => [idOf(info.task.threadId, info.task.id), info]))
  const rows = tasksByThread(dump).flatMap(({ thread, tasks }): Row[] => {
    const own = [...tasks].sort((a, b) => ageOf(b) - ageOf(a)).map((info) => rowOf(info, byId, paths))
    if (thread.state !== 'busy') return own
    const [top] = thread.stack
    const about = { thread: thread.threadId, id: '-', state: 'BUSY', age: '-', name: cell(thread.name) }
    const place = top === undefined ? '' : placeText(top, paths)
    return [{ ...about, fn: top === undefined ? '-' : cell(top.name), at: place, innermost: '', waits: '' }, ...own]
  })
  const hasNames = dump.tasks.some(isNamed)
  const hasChains = rows.some(({ innermost }) => innermost !== '')
  const line = (row: Omit<Row, 'thread'> & { readonly thread: number | string }) => [
    String(row.thread),
    row.id,
    row.state,
    row.age,
    ...(hasNames ? [row.name || '-'] : []),
    row.fn,
    row.at || '-',
    ...(hasChains ? [row.innermost || '-'] : []),
    row.waits || '-',
  ]
  const titles = { thread: 'THREAD', id: 'TASK', state: 'STATE', age: 'AGE', name: 'NAME', fn: 'FUNCTION', at: 'AT' }
  const table = tableText(line({ ...titles, innermost: 'INNERMOST', waits: 'WAITS FOR' }), rows.map(line))
  const notes = dump.threads.flatMap(({ threadId, incomplete }) =>
    incomplete === undefined ? [] : [`Thread ${threadId}: ${printable(incomplete)}`],
  )
  return notes.length === 0 ? table : `${table}\n\n${notes.join('\n')}`
}

function rowOf(info: TaskInfo, byId: ReadonlyMap<string, TaskInfo>, paths: PathStyle): Row {
  const { task, state, ageMs, functionExecuting } = info
  const { outermost, innermost } = endsOf(info)
  return {
    thread: task.threadId,
    id: String(task.id),
    state,
    age: durationText(ageMs),
    name: isNamed(info) ? cell(task.name) : '',
    fn: cell(functionExecuting),
    at: outermost === null ? '' : placeText(outermost, paths),
    innermost: innermost === null ? '' : frameText(innermost, paths),
    waits: waitsText(info, byId),
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
  if (other === undefined || waitingOn.label.includes(' and ')) return cell(waitingOn.label)
  const name = isNamed(other) ? other.task.name : other.functionExecuting
  return cell(`task ${other.task.id}: ${name}`)
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

function cell(text: string): string {
  return shortened(printable(text), WIDEST)
}
