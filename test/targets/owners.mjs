// Sockets that keep the process alive, and what has each of them: an object in a variable, one of a class, and none.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'

class Connection {
  constructor(port) {
    this.socket = connect(port, '127.0.0.1')
    // What it has knows it.
    this.parser = { of: this }
  }
}
class Pool {
  #clients = new Map()
  open(port) {
    this.#clients.set(1, { connection: new Connection(port) })
  }
}
const accepted = []
const server = createServer((socket) => accepted.push(socket)).listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address()
const orders = new Pool()
export const open = () => orders.open(port)
open()
{
  const alone = new Connection(port)
  alone.socket.on('data', () => alone.parser)
  alone.socket.unknown = connect(port, '127.0.0.1')
}
while (accepted.length < 3) await once(server, 'connection')
console.log('ready')
