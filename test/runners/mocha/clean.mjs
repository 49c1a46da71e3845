import { createServer } from 'node:net'
import { loadUser, waiters } from './pool.mjs'

let opened
beforeEach(() => {
  opened = setInterval(() => {}, 1_000)
})
// A root hook that is made later than those of the entry.
afterEach(() => clearInterval(opened))

describe('clean', () => {
  let server
  before((done) => {
    server = createServer().listen(0, done)
  })
  after((done) => server.close(done))

  it('ends what it begins', async () => {
    const user = loadUser()
    setTimeout(() => waiters.shift()(), 5)
    await user
  })

  it('is tried again', function () {
    this.retries(1)
    if (this.test.currentRetry() === 0) throw new Error('once')
  })

  it('ends by a callback', (done) => setTimeout(done, 5))
  it('is pending')
  it('is skipped', function () {
    this.skip()
  })
})
