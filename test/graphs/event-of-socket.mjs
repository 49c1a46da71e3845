// events.once of a socket: its addresses are named.

import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { show } from './show.mjs'

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
waits:12
  await -> (event: event 'end' of socket <address>)
*/
