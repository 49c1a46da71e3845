// A client that nothing closes: jest does not exit.
const { connect } = require('node:net')

class Client {
  constructor(port) {
    this.socket = connect(port, '127.0.0.1')
  }
}
const cache = new Client(Number(process.env.PORT))
test('can be written to', () => {
  expect(cache.socket.writable).toBe(true)
})
