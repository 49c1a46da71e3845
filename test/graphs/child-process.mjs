// A child process that does not end.

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { show } from './show.mjs'

const run = promisify(execFile)
let child
async function waits() {
  const running = run(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'])
  child = running.child
  await running
}
waits()
show({ before: () => child.kill() })

/* waits:
graph
waits:12
  await -> (socket: socket)
*/
