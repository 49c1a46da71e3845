// A web server and requests to it, three in a row: each turn has the same path.
import { once } from 'node:events'
import http from 'node:http'
import { trace } from './trace.mjs'

async function handle(request, response) {
  trace('a') // a0 handle
  await null
  trace('b') // b0 handle
  response.end('done')
}

async function start() {
  const server = http.createServer((request, response) => {
    void handle(request, response) // a1 <anonymous>, b1 <anonymous> [ASYNC]
  })
  server.listen(0, '127.0.0.1') // a2 start [CALLBACK], b2 start [CALLBACK]
  await once(server, 'listening')
  return server
}

function get(port) {
  return new Promise((resolve) => { // c2 get
    http.get({ port, host: '127.0.0.1', agent: false }, (response) => { // c1 <anonymous> [CALLBACK]
      trace('c') // c0 <anonymous>
      response.resume().on('end', resolve)
    })
  })
}

const server = await start() // a3 <module>, b3 <module>
for (let i = 0; i < 3; i++) {
  await get(server.address().port) // c3 <module>
  trace('d') // d0 <module>
}
server.close()
