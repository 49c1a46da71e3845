// Lines that are wider than the terminal: where they are broken, and that nothing of them is lost.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { wrappedText } from '../dist/format/wrapped-text.js'
import { ask, start, stop } from './targets.mjs'

const TREE = `1 task waits for a client of Pool (2 of 2 in use), pg-pool
  2 × findAccount() src/accounts/find.mjs:7:32 ← handle() src/server.mjs:12:5
  in use: 2 by no suspended function: leaked

handle() [deadlock 1]
│  findAccount() src/accounts/find-the-account.mjs:7:32
│  query() (has returned)
├─ Promise.all (index 0), resolved with another promise: → #3 load()
└─ Promise.all (index 1), returned by the function place(): a client of Pool
   │  getConnection() node_modules/sequelize/dialects/connection-manager.js:289:16
   └─ event 'ready' of Redis; Redis is not connected: connect ECONNREFUSED 10.0.0.7:6379`

test('lines go on deeper, within the branches of the tree', () => {
  assert.equal(
    wrappedText(TREE, 60),
    `1 task waits for a client of Pool (2 of 2 in use), pg-pool
  2 × findAccount() src/accounts/find.mjs:7:32
    ← handle() src/server.mjs:12:5
  in use: 2 by no suspended function: leaked

handle() [deadlock 1]
│  findAccount() src/accounts/find-the-account.mjs:7:32
│  query() (has returned)
├─ Promise.all (index 0), resolved with another promise:
│    → #3 load()
└─ Promise.all (index 1), returned by the function place():
   │    a client of Pool
   │  getConnection()
node_modules/sequelize/dialects/connection-manager.js:289:16
   └─ event 'ready' of Redis; Redis is not connected:
        connect ECONNREFUSED 10.0.0.7:6379`,
  )
})

test('a place stays whole, even one that is wider than the terminal', () => {
  const place = `node_modules/${'long/'.repeat(12)}file.js:10:2`
  const lines = wrappedText(`│  │  load() ${place}`, 60).split('\n')
  assert.deepEqual(lines, ['│  │  load()', place])
})

test('whatever is broken has the same words in the same order, and no line is too wide', () => {
  const words = (text) => text.replace(/[│├└─\s]+/g, ' ').trim()
  for (let columns = 40; columns <= 120; columns++) {
    const text = wrappedText(TREE, columns)
    assert.equal(words(text), words(TREE))
    for (const line of text.split('\n')) assert.ok(line.length <= columns || !line.trim().includes(' '), line)
  }
})

test('a text that fits stays as it is, and so does one for a terminal without room', () => {
  assert.equal(wrappedText(TREE, 200), TREE)
  assert.equal(wrappedText(TREE, 20), TREE)
})

test('the command breaks lines for the width it is given, and none if it is piped', async () => {
  const program = fileURLToPath(new URL('hangs/lock-again.mjs', import.meta.url))
  const target = await start(program, { waitFor: 'hangs', cwd: fileURLToPath(new URL('..', import.meta.url)) })
  try {
    const widest = async (command, env) => {
      const { stdout, stderr } = await ask([command, target.pid], { env, columns: true })
      assert.match(stdout, command === 'tree' ? /^1 deadlock:/ : /^THREAD/, stderr)
      return Math.max(...stdout.split('\n').map(({ length }) => length))
    }
    for (const command of ['tree', 'ps']) {
      assert.ok((await widest(command, { COLUMNS: '' })) > 80)
      assert.ok((await widest(command, { COLUMNS: '60' })) <= 60)
    }
  } finally {
    await stop(target)
  }
})
