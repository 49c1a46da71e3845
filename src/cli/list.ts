import { nodeProcesses } from '../attach/node-processes.js'
import { printable } from '../format/printable.js'
import { tableText } from '../format/table-text.js'
import { durationText } from '../model/duration-text.js'
import { EXIT } from './exit-codes.js'
import { note } from './progress.js'

/** The Node.js processes that one may ask. */
export async function list(): Promise<number> {
  const processes = await nodeProcesses()
  if (processes.length === 0) console.log('There is no Node.js process that you can inspect.')
  else {
    const rows = processes.map(({ pid, ageMs, isBusy, command }) => {
      return [String(pid), durationText(ageMs), isBusy ? 'busy' : 'idle', printable(command)]
    })
    console.log(tableText(['PID', 'AGE', 'MAIN THREAD', 'COMMAND'], rows))
  }
  note('async-trace tree PID shows what a process is waiting for; see also async-trace --help')
  return EXIT.ok
}
