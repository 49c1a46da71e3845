import { describe, expect, it, vi } from 'vitest'
// @ts-expect-error
import { acquire, loadUser } from './lib.mjs'

interface Order {
  readonly id: number
}

enum State {
  New = 1,
}

async function confirm(order: Order): Promise<void> {
  await acquire(order.id as State)
}

let attempts = 0

describe('shapes', () => {
  it.each([[{ id: 1 }], [{ id: 2 }]])(
    'each of %o',
    async (order: Order) => {
      if (order.id === 2) await confirm(order)
    },
    300,
  )

  it('passes when it is tried again', { retry: 1, timeout: 300 }, async () => {
    attempts++
    if (attempts === 1) await loadUser()
    expect(attempts).toBe(2)
  })

  it.concurrent('beside another 1', async () => {
    await confirm({ id: 3 })
  }, 300)

  it.concurrent('beside another 2', async () => {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }, 20_000)

  it('with a clock that stands still', async () => {
    vi.useFakeTimers()
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }, 300)

  it('leaves something while a clock stands still', async () => {
    vi.useFakeTimers()
    void loadUser()
  })
})
