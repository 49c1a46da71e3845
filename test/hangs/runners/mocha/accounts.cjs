// A client that nothing closes: mocha does not exit.
const { connect } = require('node:net')

class Client {
  constructor(port) {
    this.socket = connect(port, '127.0.0.1')
  }
}
const accounts = new Client(Number(process.env.PORT))
it('can be written to', () => {
  if (!accounts.socket.writable) throw new Error('it is closed')
})
