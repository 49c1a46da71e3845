import assert from 'node:assert/strict'
import FakeTimers from '@sinonjs/fake-timers'
import { loadUser } from './pool.mjs'

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
let attempts = 0
let clock

describe('shapes', () => {
  afterEach(() => clock?.uninstall())

  it('passes when it is tried again', async () => {
    attempts++
    if (attempts === 1) await loadUser()
    assert.equal(attempts, 2)
  })
    .timeout(200)
    .retries(1)

  for (const id of [1, 2]) {
    it(`each of ${id}`, async () => {
      if (id === 2) await loadUser()
    }).timeout(200)
  }

  it('with the clock of Sinon', async () => {
    clock = FakeTimers.install()
    await wait(1_000)
  }).timeout(200)

  it('leaves a function while that stands still', () => {
    clock = FakeTimers.install()
    setInterval(() => {}, 60_000)
    void loadUser()
  })

  it('a clock that is moved on', async () => {
    clock = FakeTimers.install()
    const over = wait(1_000)
    await clock.tickAsync(2_000)
    await over
  })
})
