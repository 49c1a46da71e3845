// A server closes when its connections have closed, and a WebSocket is one of them.
import { createServer } from 'node:http'
import { WebSocket, WebSocketServer } from 'ws'
import { hangs } from './hangs.mjs'

const server = createServer((_, response) => response.end('ok'))
const sockets = new WebSocketServer({ server })
sockets.on('connection', (socket) => socket.on('message', (text) => socket.send(text)))
async function shutdown() {
  const closed = new Promise((resolve) => server.close(resolve))
  hangs()
  await closed
}
server.listen(0, '127.0.0.1', () => {
  const client = new WebSocket(`ws://127.0.0.1:${server.address().port}`)
  client.on('open', shutdown)
})

/* memory:
1 task pending.

1 task waits for event 'close' of server, which has stopped listening and waits for 1 open connection, upgraded (WebSocket)
  shutdown() server-with-websocket.mjs:12
*/

/* records:
1 task pending.

1 task waits for event 'close' of server, which has stopped listening and waits for 1 open connection, upgraded (WebSocket)
  shutdown() server-with-websocket.mjs:12
*/
