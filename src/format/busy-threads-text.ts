import type { TaskDump } from '../model/task-dump.js'
import { callText, type Paths, placeText } from './frame-text.js'
import { printable } from './printable.js'

/**
 * What the threads that do not come to their event loop are running, a paragraph each; empty where none is.
 *
 * @param isPast the process is no more: its core file tells what it was running.
 */
export function busyThreadsText(dump: TaskDump, paths: Paths, isPast = false): string {
  return dump.threads
    .filter(({ state }) => state === 'busy')
    .map(({ threadId, name, stack, incomplete }) => {
      const named = name === `worker ${threadId}` ? '' : ` (${printable(name)})`
      const thread = threadId === 0 ? 'The main thread' : `Thread ${threadId}${named}`
      const note = incomplete === undefined ? '' : `${printable(incomplete)}\n`
      if (stack.length === 0 && isPast) return ''
      if (stack.length === 0) return `${thread} does not answer: it is in native code, or about to start.\n${note}\n`
      const lines = stack.map((frame) => `    at ${callText(frame)} ${placeText(frame, paths)}`.trimEnd())
      const compiled = stack.some(({ filename, line }) => filename !== null && line === null) ? COMPILED : ''
      return `${thread} ${isPast ? 'was running' : 'blocks its event loop'}:\n${lines.join('\n')}\n${compiled}${note}\n`
    })
    .join('')
}

const COMPILED =
  'Where a line is missing, V8 has compiled the function: calls that it has inlined there are missing as well.\n'
