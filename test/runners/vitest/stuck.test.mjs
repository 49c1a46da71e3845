import { createServer } from 'node:http'
import { afterEach, expect, it } from 'vitest'
import { loadUser } from './lib.mjs'

let server = null
let ticker = null

afterEach(() => {
  server?.close()
  clearInterval(ticker)
})

it('waits for a connection', async () => {
  server = createServer(() => {})
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  ticker = setInterval(() => {}, 1000)
  expect(await loadUser()).toBe('user')
}, 300)

it('waits for itself', async () => {
  await new Promise(() => {})
}, 300)

it('waits for two of three', async () => {
  await Promise.all([loadUser(), new Promise((resolve) => setTimeout(resolve, 2_000)), null])
}, 300)

it('fails by itself', async () => {
  expect(await Promise.resolve(1)).toBe(2)
})

it('fails at once', () => {
  expect(1).toBe(2)
})
