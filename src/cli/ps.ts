import { busyThreadsText } from '../format/busy-threads-text.js'
import { jsonText } from '../format/json-text.js'
import { tasksTable } from '../format/tasks-table.js'
import { readArguments } from './arguments.js'
import { answer, captured, pathsFor } from './captured.js'
import { EXIT } from './exit-codes.js'
import { idleText } from './idle-text.js'

export const help = `async-trace ps PID [options]

A table of the pending tasks. The age of a task is known where async-trace runs in the process; else it is a ?.

  async-trace ps 4711
  async-trace ps 4711 --threads      worker threads too
  async-trace ps 4711 --json | jq '.tasks[].waitingOn.label'`

export async function ps(args: readonly string[]): Promise<number> {
  const wanted = readArguments(args)
  const capture = await captured(wanted)
  const { dump } = capture
  const paths = pathsFor(capture)
  const isIdle = dump.tasks.length === 0 && wanted.filter === null && capture.keptAlive.length > 0
  const table = isIdle ? idleText(capture) : tasksTable(dump, paths)
  answer(wanted.json ? jsonText(dump) : `${busyThreadsText(dump, paths)}${table}`, capture)
  return EXIT.ok
}
