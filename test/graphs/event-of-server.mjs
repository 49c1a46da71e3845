// events.once of a server: its address is named.

import { once } from 'node:events'
import { createServer } from 'node:net'
import { show } from './show.mjs'

const server = createServer().listen(0, '127.0.0.1')
async function waits() {
  await once(server, 'listening')
  await once(server, 'close')
}
waits()
show()

/* waits:
graph
waits:10
  await -> (event: event 'close' of server <address>)
*/
