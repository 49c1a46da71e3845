const { createServer } = require('node:net')

beforeAll((done) => {
  createServer().listen(0, '127.0.0.1', done)
})

test('ends', () => {})
