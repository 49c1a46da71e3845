// Four reads of named pipes that nothing writes to have all threads of the pool: a fifth operation does not begin.
import { execFileSync } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { hangs } from './hangs.mjs'

const { PRINT } = process.env
// Once the pool is full, nothing can be loaded.
if (PRINT) await Promise.all([import('async-trace'), import(PRINT)])
const folder = mkdtempSync(join(tmpdir(), 'async-trace-pipe-'))
const pipes = ['a', 'b', 'c', 'd'].map((name) => join(folder, name))
execFileSync('mkfifo', pipes)
process.on('exit', () => {
  // The process ends once the threads of its pool have.
  for (const pipe of pipes) closeSync(openSync(pipe, 'r+'))
  rmSync(folder, { recursive: true })
})
async function readPipe(pipe) {
  await readFile(pipe)
}
async function resolve() {
  await lookup('localhost')
}
for (const pipe of pipes) readPipe(pipe)
await sleep(200)
resolve()
hangs()

/* memory:
5 tasks pending.

5 tasks wait because the thread pool is full: 5 operations for 4 threads
  4 × readPipe() full-thread-pool.mjs:23
  resolve() full-thread-pool.mjs:26
*/

/* records:
5 tasks pending.

5 tasks wait because the thread pool is full: 5 operations for 4 threads
  4 × readPipe() full-thread-pool.mjs:23
  resolve() full-thread-pool.mjs:26
*/
