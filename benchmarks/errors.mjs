/**
 * What keeping the path of errors costs: `node benchmarks/errors.mjs`. A request is four async functions over one turn of
 * the event loop; some fail and are caught by the outermost, which does not read the stack. Figures are CPU time. Rounds are
 * interleaved and compared in pairs; the last column compares recording with itself.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { median, printTable } from './table.mjs'

const ROUNDS = 9
const REQUESTS = 20_000
const CONFIGURATIONS = {
  bare: { ASYNC_TRACE: 'off' },
  recorded: {},
  'errors: true': { ASYNC_TRACE_ERRORS: '1' },
  'recorded again': {},
}

if (process.argv[2] === 'child') {
  await import('async-trace')
  process.on('message', async (failing) => process.send(await sample(failing)))
  process.send('ready')
} else await compare()

async function compare() {
  const children = []
  for (const [name, env] of Object.entries(CONFIGURATIONS)) {
    const child = fork(fileURLToPath(import.meta.url), ['child'], { env: { ...process.env, ...env } })
    await once(child, 'message')
    children.push({ name, child })
  }
  const rows = []
  for (const failing of [0, 10, 100]) {
    const results = children.map(() => [])
    for (let round = -1; round < ROUNDS; round++) {
      for (let i = 0; i < children.length; i++) {
        const at = (i + round + 1) % children.length
        children[at].child.send(failing)
        const [us] = await once(children[at].child, 'message')
        if (round >= 0) results[at].push(us)
      }
    }
    const ratio = (at, base) => median(results[at].map((us, round) => us / results[base][round])).toFixed(2)
    rows.push({
      'failing requests': `${failing} %`,
      'bare, µs': median(results[0]).toFixed(1),
      'recorded / bare': ratio(1, 0),
      'errors: true / recorded': ratio(2, 1),
      'recorded again / recorded': ratio(3, 1),
    })
  }
  for (const { child } of children) child.disconnect()
  printTable(rows)
}

/** @returns µs a request. */
async function sample(failing) {
  const started = process.cpuUsage()
  for (let i = 0; i < REQUESTS; i++) await request(i % 100 < failing).catch(() => {})
  const { user, system } = process.cpuUsage(started)
  return (user + system) / REQUESTS
}

async function request(fails) {
  const user = await find(fails)
  return user + 1
}

async function find(fails) {
  await null
  return await query(fails)
}

async function query(fails) {
  return (await answer(fails)) + 1
}

function answer(fails) {
  return new Promise((resolve, reject) => {
    setImmediate(() => (fails ? reject(new Error('no such row')) : resolve(1)))
  })
}
