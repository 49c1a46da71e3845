import type { ProcessCapture } from '../attach/attach.js'
import { busyThreadsText } from '../format/busy-threads-text.js'
import { jsonText } from '../format/json-text.js'
import { tasksTable } from '../format/tasks-table.js'
import type { ThreadDump } from '../model/task-dump.js'
import type { Arguments } from './arguments.js'
import { cutLines, nothingLeft, nothingText, pathsFor } from './captured.js'
import { idleText } from './idle-text.js'
import { type Answer, answerEach } from './several.js'
import { answerColumns } from './terminal-columns.js'

export const help = `async-trace ps PID…|FILE [options]

Shows a table of pending tasks. Ages are known only if async-trace is loaded in the process; otherwise they are shown as ?.

  async-trace ps 4711
  async-trace ps 4711 4712           several processes; with --all instead of a PID, all that you can inspect
  async-trace ps 4711 --threads      include worker threads
  async-trace ps 4711 --json | jq '.tasks[].waitingOn.label'`

export async function ps(args: readonly string[]): Promise<number> {
  return answerEach(args, ['limit'], psAnswer)
}

function psAnswer(capture: ProcessCapture, wanted: Arguments): Answer {
  const { dump, keptAlive } = capture
  const paths = pathsFor(capture)
  const nothing = nothingLeft(capture, wanted.filter)
  if (wanted.json) return { text: jsonText(dump), note: nothing }
  const isIdle = dump.tasks.length === 0 && wanted.filter === null && keptAlive.length > 0
  const table = isIdle ? idleText(capture) : tasksTable(dump, paths, { all: wanted.all, columns: answerColumns() })
  // What is not known of a busy thread stands at the table's end.
  const busy = busyThreadsText(
    { ...dump, threads: dump.threads.map(withoutNote) },
    paths,
    typeof wanted.target === 'string',
  )
  return {
    text: cutLines(`${busy}${nothing === null ? table : nothingText(nothing, capture)}`, wanted.limit),
    note: null,
  }
}

function withoutNote({ incomplete, ...thread }: ThreadDump): ThreadDump {
  return thread
}
