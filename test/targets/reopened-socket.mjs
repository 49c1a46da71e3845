// Questions and answers over a connection that is opened again when the server closes it: the answer to a question that
// went over the old connection does not come.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'

const server = createServer((socket) => socket.on('data', (text) => text.includes('drop') && socket.destroy()))
await once(server.listen(0, '127.0.0.1'), 'listening')

class Rpc {
  pending = new Map()
  id = 0
  open() {
    this.socket = connect(server.address().port, '127.0.0.1')
    this.socket.on('data', (text) => this.onAnswer(JSON.parse(text)))
    this.socket.on('close', () => setTimeout(() => this.open(), 50))
    return once(this.socket, 'connect')
  }
  onAnswer({ id, value }) {
    this.pending.get(id)?.(value)
    this.pending.delete(id)
  }
  ask(method) {
    const id = ++this.id
    return new Promise((resolve) => {
      this.pending.set(id, resolve)
      this.socket.write(JSON.stringify({ id, method }))
    })
  }
}
const rpc = new Rpc()
await rpc.open()
async function asks() {
  await rpc.ask('drop')
}
asks()
setTimeout(() => console.log('ready'), 300)

/*
asks()
│  asks() reopened-socket.mjs:33
└─ unresolved promise; its resolve() is stored in Rpc.pending; Rpc has socket 127.0.0.1:PORT

The process is kept alive by:
  server 127.0.0.1:PORT
  socket 127.0.0.1:PORT, of Rpc in the variable rpc of reopened-socket.mjs
  socket 127.0.0.1:PORT
*/
