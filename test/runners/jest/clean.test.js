const { pool } = require('./lib.js')

let ticker

beforeAll(() => {
  ticker = setInterval(() => {}, 1000)
})
afterAll(() => clearInterval(ticker))
beforeEach(async () => {
  await null
})
afterEach(() => {
  jest.useRealTimers()
})

describe('clean', () => {
  it('waits for a timer', async () => {
    await new Promise((resolve) => setTimeout(resolve, 5))
  })

  it('leaves what nothing holds', async () => {
    const never = (async () => {
      await new Promise(() => {})
    })()
    expect(await Promise.race([never, 7])).toBe(7)
  })

  it('uses another clock', async () => {
    jest.useFakeTimers()
    setInterval(() => {}, 1000)
    await jest.advanceTimersByTimeAsync(3000)
  })

  it.concurrent('runs beside another', async () => {
    await new Promise((resolve) => setTimeout(resolve, 5))
  })

  it.concurrent.each([1, 2])('runs beside others %i', async (ms) => {
    await new Promise((resolve) => setTimeout(resolve, ms))
    expect(pool.waiters.length).toBeGreaterThanOrEqual(0)
  })
})
