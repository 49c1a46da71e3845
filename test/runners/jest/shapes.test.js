const { acquire, loadUser } = require('./lib.js')

async function confirm(order) {
  await acquire(order.id)
}

let attempts = 0
jest.retryTimes(1)

describe('shapes', () => {
  afterEach(() => jest.useRealTimers())

  it.each([[{ id: 1 }], [{ id: 2 }]])(
    'each of %o',
    async (order) => {
      if (order.id === 2) await confirm(order)
    },
    300,
  )

  it('passes when it is tried again', async () => {
    attempts++
    if (attempts === 1) await loadUser()
    expect(attempts).toBe(2)
  }, 300)

  it('with a clock that stands still', async () => {
    jest.useFakeTimers()
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }, 300)

  it('leaves something while a clock stands still', () => {
    jest.useFakeTimers()
    void loadUser()
  })
})
