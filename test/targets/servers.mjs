// Listens on several ports, and answers each line with how many connections these have had.
import { once } from 'node:events'
import { createServer } from 'node:net'

let connections = 0
for (let count = 0; count < 8; count++) {
  const server = createServer((socket) => socket.destroy(void connections++)).listen(0, '127.0.0.1')
  await once(server, 'listening')
}
process.stdin.on('data', () => console.log(`connections ${connections}`))
console.log('ready')
