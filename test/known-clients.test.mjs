// What is said of well-known clients that have no connection, and not of those that have: test/known-clients/app.mjs.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { endIn } from '../dist/model/wait-end.js'
import { leafOf } from '../dist/waits/leaf-names.js'
import { ask, memorySkip, start, stop } from './targets.mjs'

const cwd = fileURLToPath(new URL('known-clients/', import.meta.url))
const refused = (client) => `${client} is not connected: connect ECONNREFUSED 127.0.0.1:PORT`

/** By the function that waits. */
const EXPECTED = {
  waitsForRedis: `${refused('Redis')}, next attempt, 1 call waits for it`,
  waitsForReady: `${refused('Redis')}, next attempt, 1 call waits for it`,
  isConnected: '',
  waitsForGrpc: `${refused('gRPC channel')}, 1 call waits for it`,
  waitsForMongoose: 'its Connection has never been told to connect',
}

/** What stands behind the leaf below each function. */
function clientsIn(tree) {
  const found = {}
  for (const part of tree.split('\n\n')) {
    const name = /^(?:Task-\d+ )?(waits\w+|isConnected)\(\)/m.exec(part)?.[1]
    if (name === undefined) continue
    const leaf = part.split('\n').findLast((line) => /└─ /.test(line))
    const behind = /; ((?:Redis|gRPC channel|its Connection) .*)$/.exec(leaf)?.[1] ?? ''
    found[name] = behind.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:PORT').replace(/next attempt in [^,]+/, 'next attempt')
  }
  return found
}
let target
before(async () => {
  target = await start('app.mjs', { flags: ['--inspect-port=0'], cwd })
})
after(() => stop(target))

test('an unprepared process', async () => {
  const { stdout, stderr } = await ask(['tree', target.pid, '--via', 'inspector'], { cwd })
  assert.deepEqual(clientsIn(stdout), EXPECTED, `${stdout}${stderr}`)
})

test('its memory', { skip: memorySkip() }, async () => {
  const { stdout, stderr } = await ask(['tree', target.pid, '--via', 'memory', '--pause', '60'], { cwd })
  assert.deepEqual(clientsIn(stdout), EXPECTED, `${stdout}${stderr}`)
})

test('a recorded process', () => {
  const register = new URL('../dist/register.js', import.meta.url).href
  const args = ['--import', register, 'app.mjs', 'print']
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8', timeout: 60_000 })
  assert.deepEqual(clientsIn(stdout), EXPECTED, `${stdout}${stderr}`)
})

test('in words', () => {
  const state = { client: 'Redis', isOpened: true, failure: null, nextInMs: 0, waiting: 2 }
  const client = endIn({ kind: 'variable', name: 'held', path: '' }, { client: state })
  assert.match(leafOf(client).label, /; Redis is not connected, next attempt due, 2 calls wait for it$/)
})
