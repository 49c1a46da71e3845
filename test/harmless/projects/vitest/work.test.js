import { AsyncLocalStorage } from 'node:async_hooks'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { poll, retry } from './work.js'

describe('with the real clock', () => {
  it('resolves', async () => expect(await poll(async () => 3)).toBe(3))
  it('rejects', () =>
    expect(
      retry(async () => {
        throw new Error('no')
      }, 2),
    ).rejects.toThrow('no after 2'))
  it.concurrent('runs beside another', async () => {
    await new Promise((resolve) => setTimeout(resolve, 5))
  })
  it.concurrent('runs beside one', async () => {
    await new Promise((resolve) => setImmediate(resolve))
  })
  it('keeps its context', async () => {
    const storage = new AsyncLocalStorage()
    const seen = await storage.run(7, async () => {
      await poll(async () => 1)
      return storage.getStore()
    })
    expect(seen).toBe(7)
  })
  it('fails on purpose', async () => {
    await null
    expect(1).toBe(2)
  })
  it('throws on purpose', async () => {
    await poll(async () => {
      throw new Error('thrown')
    })
  })
  it.fails('is expected to fail', () => expect(true).toBe(false))
  it.skip('is skipped', () => {})
})
describe('with a faked clock', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())
  it('waits for an hour', async () => {
    const call = vi.fn()
    setTimeout(call, 3_600_000)
    setInterval(call, 1_800_000)
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(call.mock.calls.length).toBe(3)
    expect(vi.getTimerCount()).toBe(1)
    vi.clearAllTimers()
  })
  it('runs them all', async () => {
    const done = poll(async () => 4)
    await vi.runAllTimersAsync()
    expect(await done).toBe(4)
  })
  it('has the shape of a timer', () => expect(setTimeout.name).toMatchInlineSnapshot(`"setTimeout"`))
})
