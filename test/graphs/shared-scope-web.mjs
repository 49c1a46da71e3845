// A listener of a web event target beside a server: who dispatches the event is not known where nothing holds the
// target but the program; a WebSocket has a socket.
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { hold, show } from './show.mjs'

const silent = createServer(() => {}).listen(0, '127.0.0.1', () => {
  const { port } = silent.address()
  async function opens() {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`)
    let requests = 0
    createHttpServer(() => requests++).listen(0, '127.0.0.1')
    hold(() => socket)
    await new Promise((resolve) => {
      socket.onopen = resolve
    })
  }
  async function listens() {
    const target = new EventTarget()
    let requests = 0
    createHttpServer(() => requests++).listen(0, '127.0.0.1')
    hold(() => target)
    await new Promise((resolve) => target.addEventListener('told', resolve))
    return requests
  }
  opens()
  listens()
  show({ afterMs: 300, port })
})

/* waits:
graph
listens:23
  await -> (event: event 'told' of EventTarget)
opens:14
  await -> (event: event 'open' of WebSocket)
*/
