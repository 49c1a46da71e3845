// events.once of a server: its address is named.
import { show } from './show.mjs'
import { once } from 'node:events'
import { createServer } from 'node:net'
const server = createServer().listen(0, '127.0.0.1')
async function waits() {
  await once(server, 'listening')
  await once(server, 'close')
}
waits()
show()

/* waits:
graph
waits:8
  await -> (event: event 'close' of server <address>)
*/
