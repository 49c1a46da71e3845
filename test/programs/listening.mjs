// A server that listens at once: its callback comes from one line, once.
import http from 'node:http'
import net from 'node:net'
import { trace } from './trace.mjs'

const server = net.createServer(() => {})
server.listen(0, () => { // a1 <module> [CALLBACK]
  trace('a') // a0 <anonymous>
  server.close()
})
const handler = http.createServer(() => {})
const done = () => {
  trace('b') // b0 done
  handler.close()
}
handler.listen(0, done) // b1 <module> [CALLBACK]
