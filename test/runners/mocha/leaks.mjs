import { createServer } from 'node:net'
import { loadUser, waiters } from './pool.mjs'

const left = []

describe('leaks', () => {
  after(() => {
    for (const end of left) end()
    for (const resolve of waiters) resolve()
  })

  it('leaves a function', async () => {
    loadUser()
  })

  it('leaves a timer', () => {
    const timer = setInterval(() => {}, 1_000)
    left.push(() => clearInterval(timer))
  })

  it('leaves a server', (done) => {
    const server = createServer().listen(0, '127.0.0.1', done)
    left.push(() => server.close())
  })
})
