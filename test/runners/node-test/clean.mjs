import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { after, afterEach, before, beforeEach, describe, it, test } from 'node:test'
import { loadUser, waiters } from './pool.mjs'

let server
before(async () => {
  server = createServer().listen(0)
  await once(server, 'listening')
})
after(() => server.close())

const opened = new WeakMap()
beforeEach((t) => {
  opened.set(
    t,
    setInterval(() => {}, 1_000),
  )
})
afterEach((t) => clearInterval(opened.get(t)))

test('ends what it begins', async () => {
  const user = loadUser()
  setTimeout(() => waiters.shift()(), 5)
  await user
  await readFile(new URL(import.meta.url))
})

test('closes in a hook of its own', async (t) => {
  const own = createServer().listen(0)
  await once(own, 'listening')
  t.after(() => own.close())
})

describe('at the same time', { concurrency: true }, () => {
  for (const i of [1, 2, 3]) {
    it(`waits ${i}`, async () => {
      await new Promise((resolve) => setTimeout(resolve, i * 10))
    })
  }
})

test('leaves a timer that is due while the process has no time for it', () => {
  setTimeout(() => {}, 60)
  setImmediate(() => {
    for (const until = performance.now() + 200; performance.now() < until; );
  })
})

test('has subtests', async (t) => {
  await t.test('one', async () => {})
  await t.test('two', { skip: true }, async () => {})
})

test('is to be done', { todo: true }, () => {
  throw new Error('not yet')
})
