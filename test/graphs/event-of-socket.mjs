// events.once of a socket: its addresses are named.
import { show } from './show.mjs'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
const server = createServer(() => {}).listen(0, '127.0.0.1')
async function waits() {
  await once(server, 'listening')
  const socket = connect(server.address().port, '127.0.0.1')
  await once(socket, 'connect')
  await once(socket, 'end')
}
waits()
show({ afterMs: 200 })

/* waits:
graph
waits:10
  await -> (event: event 'end' of socket <address>)
*/
