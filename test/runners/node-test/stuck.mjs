import { createServer } from 'node:net'
import { beforeEach, describe, it, test } from 'node:test'
import { loadUser } from './pool.mjs'

// Node does not keep the event loop alive for the time limit of a test.
const alive = setInterval(() => {}, 1_000)
let server

test('hangs', { timeout: 300 }, async (t) => {
  t.after(() => server.close())
  server = createServer().listen(0)
  await loadUser()
})

test('hangs by a callback', { timeout: 100 }, (t, done) => {
  const timer = setTimeout(done, 60_000)
  t.after(() => clearTimeout(timer))
})

describe('a suite', () => {
  it('has a subtest', async (t) => {
    await t.test('that hangs', { timeout: 100 }, async () => {
      await Promise.all([loadUser(), null])
    })
  })
})

describe('a hook', () => {
  beforeEach(() => loadUser(), { timeout: 100 })
  it('hangs before its test', () => {})
})

test('fails by itself', () => {
  throw new Error('broken')
})

test('the last one', () => clearInterval(alive))
