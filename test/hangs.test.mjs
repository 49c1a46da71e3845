// Programs that hang in the shape of public bug reports. Those with packages that are no development dependencies are in
// test/harmless/hangs.test.mjs.
//   node test/hangs.test.mjs --write    writes what they print; to be read before it is committed
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startPostgres, startRedis } from './clients/servers.mjs'
import { casesOf, runsEveryCase, testEveryCase } from './every-case.mjs'
import { hangsOf } from './hang-cases.mjs'
import { ask, memorySkip, start, stop, until } from './targets.mjs'

const folder = new URL('./hangs/', import.meta.url)
const isProgram = (file) => readFileSync(new URL(file, folder), 'utf8').includes("hangs.mjs'")
const alone = readdirSync(folder).filter((file) => file.endsWith('.mjs') && isProgram(file))
const ofPostgres = ['leaked-clients', 'lock-and-transaction', 'slow-query', 'upstream-in-transaction']
/** Younger requests are only counted. */
const OLD_MS = 1_100
const module = (file) => fileURLToPath(new URL(`../node_modules/${file}`, import.meta.url))
const VITEST_FLAGS = ['--testTimeout=0', '--pool=threads']
const EXPECTED_OF_RUNNERS = {
  jest: /^No async function is suspended\..*\n {2}socket 127\.0\.0\.1:\d+, of Client in the variable cache of jest\/cache\.test\.js\n$/,
  mocha:
    /^No async function is suspended\..*\n {2}socket 127\.0\.0\.1:\d+, of Client in the variable accounts of mocha\/accounts\.cjs\n$/,
  vitest:
    /^1 deadlock:\n.*\n1 task waits for the lock of Semaphore \(1 in use\), async-mutex\n {2}<anonymous> vitest\/lock\.test\.js:10\n/,
}
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
      assert.match(stdout, /^Thread 1 blocks its event loop:\n +at <module> .*locked-worker\.mjs:4\n/, stderr)
      assert.match(stdout, /event 'message' of worker/)
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
    assert.match(stdout, /^ {2}setInterval 1000000 ms, [^,]+ remaining, (?:calls|made by) .*hangs\.mjs:\d+$/m)
  } finally {
    await stop(target)
  }
})

testEveryCase('requests that a recorded process keeps until a connection is free', { skip: memorySkip() }, async () => {
  const flags = ['--import', new URL('../dist/register.js', import.meta.url).href]
  const target = await start(path('unread-bodies.mjs'), { flags, waitFor: 'hangs' })
  try {
    await sleep(OLD_MS)
    const { stdout, stderr } = await ask(['tree', target.pid, '--timeout', '120', '--pause', '60'])
    assert.match(stdout, /^3 outgoing HTTP requests without a complete answer:/m, stderr)
    assert.match(stdout, /^ {2}GET 127\.0\.0\.1:\d+\/third, queued in its Agent for a free socket$/m)
  } finally {
    await stop(target)
  }
})

testEveryCase('test runners that do not exit', { skip: memorySkip() }, async () => {
  const server = createServer(() => {}).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const env = { PORT: String(server.address().port) }
  const runner = (file, ...args) => start(module(file), { env, args, cwd: path('runners'), waitFor: null })
  const runners = {
    jest: await runner('jest/bin/jest.js', '--rootDir', path('runners/jest'), '-i'),
    mocha: await runner('mocha/bin/mocha.js', path('runners/mocha/accounts.cjs')),
    vitest: await runner('vitest/vitest.mjs', 'run', '--root', path('runners/vitest'), ...VITEST_FLAGS),
  }
  try {
    // While it computes it is asked over its inspector, and V8 collects what a module of a test had.
    await until(() => runners.jest.stderr.includes('Jest did not exit'))
    for (const [name, expected] of Object.entries(EXPECTED_OF_RUNNERS)) {
      let answer
      await until(async () => {
        answer = await ask(['tree', runners[name].pid, '--pause', '60'])
        return expected.test(answer.stdout)
      }).catch(() => assert.match(answer.stdout, expected, answer.stderr))
    }
  } finally {
    await Promise.all(Object.values(runners).map((target) => stop(target)))
    server.close()
  }
})
