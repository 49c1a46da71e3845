import { createServer } from 'node:net'

before(() => {
  createServer().listen(0, '127.0.0.1')
})

it('ends', () => {})
