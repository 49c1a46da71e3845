// A question is sent over a socket that is lost; the client opens another one, over which no answer comes.
import { once } from 'node:events'
import { WebSocket, WebSocketServer } from 'ws'
import { hangs } from './hangs.mjs'

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
server.on('connection', (socket) => {
  socket.on('message', (text) => (String(text) === '"drop"' ? socket.terminate() : socket.send(text)))
})
class Client {
  pending = new Map()
  last = 0
  open() {
    return new Promise((resolve) => {
      this.socket = new WebSocket(`ws://127.0.0.1:${server.address().port}`)
      this.socket.on('open', resolve)
      this.socket.on('message', (text) => this.answered(JSON.parse(text)))
      this.socket.on('close', () => this.open().then(hangs))
      this.socket.on('error', () => {})
    })
  }
  answered({ id }) {
    this.pending.get(id)?.(id)
    this.pending.delete(id)
  }
  call(method) {
    const id = ++this.last
    return new Promise((resolve) => {
      this.pending.set(id, resolve)
      this.socket.send(JSON.stringify({ id, method }))
    })
  }
}
await once(server, 'listening')
const client = new Client()
await client.open()
await client.call('ping')
async function subscribe() {
  client.socket.send('"drop"')
  return client.call('subscribe')
}
await subscribe()

/* memory:
1 task pending.

Waiting for:
  <module> reopened-websocket.mjs:42: unresolved promise; its resolve() is stored in Client.pending; Client has socket 127.0.0.1:PORT
*/

/* records:
1 task pending.

Waiting for:
  <module> reopened-websocket.mjs:42: unresolved promise; its resolve() is stored in Client.pending; Client has socket 127.0.0.1:PORT
*/
