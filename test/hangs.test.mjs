// Programs that hang in the shape of public bug reports. Those with packages that are no development dependencies are in
// test/harmless/hangs.test.mjs.
//   node test/hangs.test.mjs --write    writes what they print; to be read before it is committed
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startPostgres, startRedis } from './clients/servers.mjs'
import { casesOf, runsEveryCase, testEveryCase } from './every-case.mjs'
import { hangsOf } from './hang-cases.mjs'
import { ask, memorySkip, start, stop } from './targets.mjs'

const folder = new URL('./hangs/', import.meta.url)
const isProgram = (file) => readFileSync(new URL(file, folder), 'utf8').includes("hangs.mjs'")
const alone = readdirSync(folder).filter((file) => file.endsWith('.mjs') && isProgram(file))
const ofPostgres = ['leaked-clients', 'lock-and-transaction', 'slow-query', 'upstream-in-transaction']
const path = (file) => fileURLToPath(new URL(file, folder))

hangsOf(
  'by themselves',
  casesOf(alone, (file) => /^(lock-again|unread-bodies|silent-worker)\./.test(file)),
  { folder },
)
if (runsEveryCase) {
  hangsOf(
    'on PostgreSQL',
    ofPostgres.map((name) => `servers/${name}.mjs`),
    { folder, server: { start: startPostgres, programs: ['initdb', 'postgres'] } },
  )
  hangsOf('on Redis', ['servers/blocking-command.mjs'], {
    folder,
    server: { start: startRedis, programs: ['redis-server'] },
  })
}

testEveryCase('a worker that its parent waits for is asked without being wanted', async () => {
  const target = await start(path('silent-worker.mjs'), { waitFor: 'hangs' })
  try {
    for (const route of [['--via', 'inspector'], []]) {
      const { stdout, stderr } = await ask(['tree', target.pid, ...route, '--timeout', '120'])
      assert.match(
        stdout,
        /^Thread 1 \(worker 1\) blocks its event loop:\n +at <module> .*locked-worker\.mjs:4\n/,
        stderr,
      )
      assert.match(stdout, /event 'message' of worker 1/)
    }
  } finally {
    await stop(target)
  }
})

testEveryCase('conclusions about a recorded process with a large heap', { skip: memorySkip() }, async () => {
  const flags = [
    '--import',
    new URL('../dist/register.js', import.meta.url).href,
    '--import',
    new URL('large-heap.mjs', folder).href,
  ]
  const target = await start(path('lock-again.mjs'), { flags, waitFor: 'hangs' })
  try {
    const { stdout, stderr } = await ask(['tree', target.pid, '--timeout', '120', '--pause', '60'])
    assert.match(stdout, /--heap reads the heap/, stderr)
    assert.match(stdout, /^1 deadlock:\n {2}1\. <anonymous> .*lock-again\.mjs:13, in save\(\) → the lock of Semaphore/m)
    assert.match(stdout, /^3 HTTP requests/m)
  } finally {
    await stop(target)
  }
})
