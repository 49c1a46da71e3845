// 'close' of a child process comes when its pipes have closed, and a process that it left behind has them.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { hangs } from './hangs.mjs'

async function run(command) {
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] })
  child.stdout.resume()
  const closed = once(child, 'close')
  child.once('exit', () => setImmediate(hangs))
  await closed
}
// It ends with this process, which has the other end of its input.
await run('cat <&3 &')

/* memory:
1 task pending.

1 task waits for event 'close' of child process PID sh, which has exited with code 0; its standard output and a pipe are still open in process PID cat
  run() pipes-of-a-grandchild.mjs:11 ← <module> pipes-of-a-grandchild.mjs:14
*/

/* records:
1 task pending.

1 task waits for event 'close' of child process PID sh, which has exited with code 0; its standard output and a pipe are still open in process PID cat
  run() pipes-of-a-grandchild.mjs:11 ← <module> pipes-of-a-grandchild.mjs:14
*/
