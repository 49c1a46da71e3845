// A child process that does not end.

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { show } from './show.mjs'

const run = promisify(execFile)
let child
async function waits() {
  const running = run('sleep', ['60'])
  child = running.child
  await running
}
waits()
show({ before: () => child.kill() })

/* waits:
graph
waits:12
  await -> (process: child process <pid> sleep)
*/
