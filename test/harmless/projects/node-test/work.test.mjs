import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { after, afterEach, before, beforeEach, describe, it, mock, test } from 'node:test'

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

describe('hooks and concurrency', { concurrency: true }, () => {
  const events = []
  before(async () => {
    await sleep(1)
    events.push('before')
  })
  after(() => assert.equal(events[0], 'before'))
  beforeEach(async () => {
    await null
  })
  afterEach((context) => {
    assert.ok(context.name.length > 0)
  })
  it('one', async () => {
    await sleep(5)
  })
  it('two', async () => {
    await new Promise((resolve) => setImmediate(resolve))
  })
  it('fails on purpose', async () => {
    await sleep(1)
    assert.equal(1, 2)
  })
  it('is to do', { todo: true }, async () => {
    await null
    throw new Error('not done')
  })
  it('is skipped', { skip: true }, () => {})
  it('calls back', (_, done) => {
    setTimeout(done, 1)
  })
  it('times out on purpose', { timeout: 20 }, async ({ signal }) => {
    // Node ends a test's process once nothing keeps it alive, and its time limits do not.
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, 60_000)
      signal.addEventListener('abort', () => clearTimeout(timer))
    })
  })
})
test('leaves something behind', () => {
  setTimeout(() => {}, 5)
})
test('subtests', async (t) => {
  await t.test('first', async () => {
    await sleep(1)
  })
  await Promise.all([
    t.test('second', async () => {}),
    t.test('third', async () => {
      await null
    }),
  ])
})
test('rejects later', async () => {
  Promise.reject(new Error('nobody waits'))
  await sleep(10)
})
test('keeps its context', async () => {
  const storage = new AsyncLocalStorage()
  await storage.run(7, async () => {
    await sleep(1)
    assert.equal(storage.getStore(), 7)
  })
})
test('a faked clock', async () => {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'setImmediate'] })
  const call = mock.fn()
  setTimeout(call, 1000)
  setInterval(call, 400)
  mock.timers.tick(1000)
  assert.equal(call.mock.callCount(), 3)
  mock.timers.reset()
  await sleep(1)
})
