const { AsyncLocalStorage } = require('node:async_hooks')
const { poll, retry } = require('./work.js')

describe('with the real clock', () => {
  test('resolves', async () => expect(await poll(async () => 3)).toBe(3))
  test('rejects', () =>
    expect(
      retry(async () => {
        throw new Error('no')
      }, 2),
    ).rejects.toThrow('no after 2'))
  test('keeps its context', async () => {
    const storage = new AsyncLocalStorage()
    expect(
      await storage.run(7, async () => {
        await poll(async () => 1)
        return storage.getStore()
      }),
    ).toBe(7)
  })
  test('calls back', (done) => {
    setTimeout(() => setImmediate(() => process.nextTick(() => queueMicrotask(done))), 2)
  })
  test('fails on purpose', async () => {
    await null
    expect(1).toBe(2)
  })
  test('is a promise of this realm', async () => {
    const p = poll(async () => 1)
    expect(p).toBeInstanceOf(Promise)
    await p
  })
  test.failing('is expected to fail', async () => {
    await null
    expect(true).toBe(false)
  })
  test.skip('is skipped', () => {})
  test.each([1, 2, 3])('each %i', async (n) => {
    await Promise.all([n, poll(async () => n)])
  })
})
for (const legacyFakeTimers of [false, true]) {
  describe(`with a faked clock, legacy: ${legacyFakeTimers}`, () => {
    beforeEach(() => jest.useFakeTimers({ legacyFakeTimers }))
    afterEach(() => jest.useRealTimers())
    test('waits for an hour', () => {
      const call = jest.fn()
      setTimeout(call, 3_600_000)
      setInterval(call, 1_800_000)
      jest.advanceTimersByTime(3_600_000)
      expect(call).toHaveBeenCalledTimes(3)
      expect(jest.getTimerCount()).toBe(1)
      jest.clearAllTimers()
    })
    test('runs what is pending', () => {
      const call = jest.fn()
      setTimeout(call, 10)
      jest.runAllTimers()
      expect(call).toHaveBeenCalledTimes(1)
    })
  })
}
test('isolated modules', () => {
  let again
  jest.isolateModules(() => {
    again = require('./work.js')
  })
  expect(again.poll).not.toBe(poll)
})
