import { test } from 'node:test'
import { loadUser } from './pool.mjs'

const alive = setInterval(() => {}, 1_000)

test('leaves a function', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  setTimeout(() => {}, 60_000)
  setInterval(() => {}, 60_000)
  void loadUser()
  t.mock.timers.reset()
})

test('moves the clock on', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const over = new Promise((resolve) => setTimeout(resolve, 1_000))
  t.mock.timers.tick(2_000)
  await over
  t.mock.timers.reset()
})

// The last one: Node 20 may end the file with it.
test('hangs', { timeout: 200 }, async (t) => {
  t.after(() => clearInterval(alive))
  t.mock.timers.enable({ apis: ['setTimeout'] })
  await new Promise((resolve) => setTimeout(resolve, 1_000))
})
