import { describe, it, test } from 'node:test'
import FakeTimers from '@sinonjs/fake-timers'
import { loadUser } from './pool.mjs'

// Node does not keep the event loop alive for the time limit of a test.
const alive = setInterval(() => {}, 1_000)
/** What node:test reports with goes on. */
const toFake = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date']
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

describe('beside each other', { concurrency: true }, () => {
  it('hangs', { timeout: 300 }, async () => {
    await wait(10)
    await loadUser()
  })
  it('passes', async () => {
    await wait(50)
  })
  it('hangs as well', { timeout: 300 }, async () => {
    await loadUser()
  })
})

for (const id of [1, 2]) {
  test(`each of ${id}`, { timeout: 200 }, async () => {
    if (id === 2) await loadUser()
  })
}

test('with the clock of Sinon', { timeout: 200 }, async (t) => {
  const clock = FakeTimers.install({ toFake })
  t.after(() => clock.uninstall())
  await wait(1_000)
})

test('leaves a function while that stands still', (t) => {
  const clock = FakeTimers.install({ toFake })
  t.after(() => clock.uninstall())
  setInterval(() => {}, 60_000)
  void loadUser()
})

test('a clock that is moved on', async (t) => {
  const clock = FakeTimers.install({ toFake })
  t.after(() => clock.uninstall())
  const over = wait(1_000)
  await clock.tickAsync(2_000)
  await over
})

test('the last one', () => clearInterval(alive))
