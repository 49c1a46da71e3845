import type { TaskDump } from '../model/task-dump.js'
import { durationText } from './duration-text.js'
import { type PathStyle, placeText } from './frame-text.js'
import { printable } from './printable.js'
import { shortened, tableText } from './table-text.js'
import { tasksByThread } from './task-groups.js'

const WIDEST = 48

/** A line a task, by thread and age, below a heading; busy threads have a line of their own. */
export function tasksTable(dump: TaskDump, paths: PathStyle): string {
  const rows = tasksByThread(dump).flatMap(({ thread, tasks }) => {
    const own = [...tasks]
      .sort((a, b) => b.ageMs - a.ageMs)
      .map((info) => [
        String(thread.threadId),
        String(info.task.id),
        info.state,
        durationText(info.ageMs),
        cell(info.task.name),
        cell(info.functionExecuting),
        info.waitingOn === null ? '-' : cell(info.waitingOn.label),
        info.currentFrame === null ? '-' : placeText(info.currentFrame, paths) || '-',
      ])
    const [top] = thread.stack
    const busy = [String(thread.threadId), '-', 'BUSY', '-', cell(thread.name)]
    return thread.state === 'busy'
      ? [[...busy, top === undefined ? '-' : cell(top.name), '-', (top && placeText(top, paths)) || '-'], ...own]
      : own
  })
  return tableText(['THREAD', 'TASK', 'STATE', 'AGE', 'NAME', 'FUNCTION', 'WAITS FOR', 'AT'], rows)
}

function cell(text: string): string {
  return shortened(printable(text), WIDEST)
}
