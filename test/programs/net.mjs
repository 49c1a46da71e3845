// A server and a client: their events come from the line that began to listen or to connect.
import net from 'node:net'
import { trace } from './trace.mjs'

const server = net.createServer((socket) => {
  trace('a') // a0 <anonymous>
  socket.once('data', () => {
    trace('b') // b0 <anonymous>
    socket.end('bye')
  })
})

function listen() {
  server.listen(0, '127.0.0.1', () => { // a1 listen [CALLBACK], b1 listen [CALLBACK], c1 listen [CALLBACK], d3 listen [CALLBACK], e3 listen [CALLBACK]
    trace('c') // c0 <anonymous>
    dial() // d2 <anonymous>, e2 <anonymous>
  })
}

function dial() {
  const socket = net.connect(server.address().port, '127.0.0.1') // d1 dial [CALLBACK], e1 dial [CALLBACK]
  socket.on('connect', () => {
    trace('d') // d0 <anonymous>
    socket.write('hello')
  })
  socket.once('data', () => {
    trace('e') // e0 <anonymous>
    server.close()
  })
}

listen() // a2 <module>, b2 <module>, c2 <module>, d4 <module>, e4 <module>
