import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { loadUser } from './pool.mjs'

describe('users', () => {
  let server
  let timer
  const waiting = []
  afterEach(() => {
    server?.close()
    clearTimeout(timer)
  })

  it('hangs', async () => {
    server = createServer().listen(0)
    await loadUser()
  }).timeout(300)

  it('hangs by a callback', (done) => {
    timer = setTimeout(done, 60_000)
  }).timeout(100)

  it('hangs, with a time limit that it sets itself', function (done) {
    this.timeout(100)
    timer = setTimeout(done, 90_000)
  })

  it('sets only its time limit', function () {
    this.timeout(100)
    return new Promise((resolve) => waiting.push(resolve))
  })

  it('fails by itself', () => {
    assert.equal(1, 2)
  })

  describe('with a hook', () => {
    beforeEach(async function () {
      this.timeout(100)
      await loadUser()
    })
    it('hangs before its test', () => {})
  })
})
