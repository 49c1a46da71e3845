import { createServer } from 'node:net'
import { before, test } from 'node:test'

before(() => {
  createServer().listen(0, '127.0.0.1')
})

test('ends', () => {})
