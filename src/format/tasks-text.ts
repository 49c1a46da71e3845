import { durationText } from '../model/duration-text.js'
import type { Leaf } from '../model/leaf.js'
import type { SourceFrame, TaskDump, TaskInfo, ThreadDump } from '../model/task-dump.js'
import type { TraceFrame } from '../model/trace.js'
import { counted } from './counted-text.js'
import { callText, frameText, type Paths, placeText } from './frame-text.js'
import { printable } from './printable.js'
import { lostLines } from './summary-text.js'
import { shortened } from './table-text.js'
import { groupAlike, tasksByThread } from './task-groups.js'

const LONGEST_SOURCE = 100
const WIDEST_FRAME = 60
const MOST_NAMES = 5
const MOST_FRAMES = 40

/**
 * A dump as a thread dump for a person: each thread with its state and pause, its tasks below it, alike
 * ones as one, each with its await chain, what it waits for and where it was created.
 */
export function tasksText(dump: TaskDump, paths: Paths): string {
  const threads = tasksByThread(dump)
  const lines = [
    `${Number.isInteger(dump.pid) ? `Process ${dump.pid}` : 'Heap snapshot'} at ${new Date(dump.takenAtMs).toISOString()}: ${counted(dump.tasks.length, 'task')} in ${counted(threads.length, 'thread')}`,
  ]
  for (const { thread, tasks } of threads) {
    lines.push('', threadLine(thread, tasks))
    if (thread.incomplete !== undefined) lines.push(`  ${printable(thread.incomplete)}`)
    for (const frame of thread.stack) lines.push(`    at ${callText(frame)} ${placeText(frame, paths)}`.trimEnd())
    for (const group of groupAlike(tasks)) lines.push('', ...groupLines(group, paths))
  }
  if (dump.lost !== undefined) lines.push('', ...lostLines(dump.lost, paths))
  return lines.join('\n')
}

function threadLine(thread: ThreadDump, tasks: readonly TaskInfo[]): string {
  const name = `Thread ${thread.threadId} (${printable(thread.name)})`
  const pause = thread.pauseMs === null ? '' : `, paused ${durationText(thread.pauseMs)}`
  if (thread.state === 'busy') {
    const missing = tasks.length === 0 ? 'no tasks read' : `${counted(tasks.length, 'task')} read`
    return `${name}: busy${pause}, ${missing}${thread.stack.length === 0 ? '' : '; it is running'}`
  }
  const states = (['RUNNING', 'READY', 'PENDING'] as const)
    .map((state) => [tasks.filter((task) => task.state === state).length, state.toLowerCase()] as const)
    .filter(([count]) => count > 0)
    .map(([count, state]) => `${count} ${state}`)
  return `${name}: answered${pause}, ${counted(tasks.length, 'task')}${states.length === 0 ? '' : ` (${states.join(', ')})`}`
}

function groupLines(group: readonly TaskInfo[], paths: Paths): string[] {
  const [oldest] = group
  const newest = group.at(-1)
  if (oldest === undefined || newest === undefined) return []
  const count = group.length === 1 ? '' : ` ×${group.length}`
  const ages =
    durationText(oldest.ageMs) === durationText(newest.ageMs)
      ? durationText(oldest.ageMs)
      : `${durationText(newest.ageMs)} to ${durationText(oldest.ageMs)}`
  const names = group.slice(0, MOST_NAMES).map(({ task }) => taskText(task.name, task.id))
  const more = group.length > names.length ? ` and ${group.length - names.length} more` : ''
  const lines = [`  ${oldest.state}${count}, ${ages} old: ${names.join(', ')}${more}`]
  const chain = oldest.stack ?? (oldest.currentFrame === null ? [] : [oldest.currentFrame])
  if (chain.length === 0) lines.push(`      ${'in'.padEnd(LEAD)}${printable(oldest.functionExecuting)}`)
  // Without its stack, a chain is known by its two ends.
  const isCut = oldest.stack === undefined && chain.some(({ name }) => name !== oldest.functionExecuting)
  const outermost = isCut ? [`${callText({ name: oldest.functionExecuting })} …`] : []
  lines.push(...labelled('in', [...outermost, ...chainLines(chain, paths)]))
  if (oldest.waitingOn !== null) lines.push(...labelled('waits for', [leafText(oldest.waitingOn, group, paths)]))
  lines.push(...labelled('created by', creationLines(oldest, paths)))
  return lines
}

/** `Task-7`, or the name that it was given with its id. */
export function taskText(name: string, id: number): string {
  return name === `Task-${id}` ? name : `${printable(name)} (Task-${id})`
}

function chainLines(chain: readonly SourceFrame[], paths: Paths): string[] {
  const rows = chain.map((frame) => ({
    text: frameText(frame, paths),
    source: shortened(printable(frame.source?.trim() ?? ''), LONGEST_SOURCE),
  }))
  const width = rows.reduce((widest, { text }) => Math.max(widest, text.length), 0)
  const column = Math.min(WIDEST_FRAME, width)
  return middleOut(rows.map(({ text, source }) => (source === '' ? text : `${text.padEnd(column)}  │ ${source}`)))
}

function leafText(leaf: Leaf, group: readonly TaskInfo[], paths: Paths): string {
  const others = group.filter(({ waitingOn }) => waitingOn?.label !== leaf.label).length
  const like = others === 0 ? '' : `, ${counted(others, 'other')} alike`
  const made = leaf.createdAt === null ? '' : `, made by ${frameText(leaf.createdAt, paths)}`
  return `${printable(leaf.label)}${like}${made}`
}

function creationLines({ task, createdPath }: TaskInfo, paths: Paths): string[] {
  // The program itself was created by nobody.
  if (task.kind === 'root') return []
  const path = createdPath ?? []
  if (path.length === 0) return task.createdAt === null ? [] : [frameText(task.createdAt, paths)]
  return middleOut(path.map((frame) => pathLine(frame, paths)))
}

function pathLine(frame: TraceFrame, paths: Paths): string {
  const turns = frame.repeated > 1 ? ` ×${frame.repeated}` : ''
  if (frame.filename === null) return `${printable(frame.name)}${turns}`
  return `${frameText(frame, paths)}${frame.boundary === null ? '' : ` [${frame.boundary.toUpperCase()}]`}${turns}`
}

/** Both ends of a long list. */
function middleOut(lines: readonly string[]): string[] {
  if (lines.length <= MOST_FRAMES) return [...lines]
  const end = MOST_FRAMES / 2
  return [...lines.slice(0, end), `… ${lines.length - 2 * end} more …`, ...lines.slice(-end)]
}

const LEAD = 12

function labelled(label: string, lines: readonly string[]): string[] {
  return lines.map((line, i) => `      ${(i === 0 ? label : '').padEnd(LEAD)}${line}`)
}
