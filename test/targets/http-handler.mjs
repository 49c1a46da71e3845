// An HTTP handler that waits for a server which never answers.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, createServer as createTcpServer } from 'node:net'

const silent = createTcpServer(() => {}).listen(0, '127.0.0.1')
await once(silent, 'listening')

async function ask() {
  const socket = connect(silent.address().port, '127.0.0.1')
  await once(socket, 'connect')
  console.log('ready')
  await once(socket, 'data')
}

async function handler(_request, response) {
  await ask()
  response.end('never')
}

const server = createServer(handler).listen(0, '127.0.0.1')
await once(server, 'listening')
connect(server.address().port, '127.0.0.1').write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')

/*
1 HTTP request unanswered: GET /, in ask() http-handler.mjs:13 ← handler() http-handler.mjs:17

handler()
│  handler() http-handler.mjs:17
│  ask() http-handler.mjs:13
└─ event 'data' of socket 127.0.0.1:PORT

The process is kept alive by:
  server 127.0.0.1:… ×2
  socket 127.0.0.1:… ×4
*/
