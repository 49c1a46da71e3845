// An upload that waits for 'drain' of a socket which has closed meanwhile.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { hangs } from './hangs.mjs'

const server = createServer((peer) => peer.pause()).listen(0, '127.0.0.1')
await once(server, 'listening')
const socket = connect(server.address().port, '127.0.0.1').on('error', () => {})
const [[peer]] = await Promise.all([once(server, 'connection'), once(socket, 'connect')])
async function upload() {
  // More than any system takes at once.
  if (!socket.write(Buffer.alloc(64 << 20))) await new Promise((resolve) => socket.once('drain', resolve))
}
const uploaded = upload()
socket.once('close', hangs)
peer.destroy()
await uploaded

/* memory:
1 task pending.

1 task waits for something that can no longer happen: event 'drain' of socket, which has closed already: nothing emits it any more
  upload() drain-after-close.mjs:12 ← <module> drain-after-close.mjs:17
*/

/* records:
2 tasks pending.

1 task waits for something that can no longer happen: event 'drain' of socket, which has closed already: nothing emits it any more
  upload() drain-after-close.mjs:12
*/
