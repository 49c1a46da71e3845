// Requests to a server of another kind than HTTP, which reads nothing or everything and never answers: each has come to
// another point.
import { Agent, request } from 'node:http'
import { request as requestSecurely } from 'node:https'
import { createServer } from 'node:net'

const isRead = (socket) => socket.resume()
const isNotRead = (socket) => socket.pause()
async function listening(onSocket) {
  const server = createServer((socket) => onSocket(socket.on('error', () => {})))
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { host: '127.0.0.1', port: server.address().port }
}
const reader = await listening(isRead)
const deaf = await listening(isNotRead)

const one = new Agent({ maxSockets: 1 })
request({ ...reader, path: '/sent' }).end()
const chunks = request({ ...reader, path: '/chunks', method: 'POST' })
chunks.write('chunk')
chunks.end()
request({ ...reader, path: '/whole', method: 'POST', headers: { 'content-length': 4 } }).end('body')
request({ ...reader, path: '/promised', method: 'POST', headers: { 'content-length': 7 } }).end()
request({ ...reader, path: '/part', method: 'POST', headers: { 'content-length': 7 } }).end('part')
request({ ...reader, path: '/open', method: 'POST', agent: one }).write('more is to come')
request({ ...reader, path: '/queued', agent: one }).end()
request({ ...deaf, path: '/large', method: 'PUT' }).end(Buffer.alloc(1 << 26))
request({ host: 'example.invalid', port: 80, path: '/lookup', lookup: () => {} }).end()
requestSecurely({ ...reader, path: '/secure' }).end()
setTimeout(() => console.log('ready'), 1200)
if (process.argv[2] === 'json') {
  const { captureWaitGraph } = await import('async-trace')
  const print = async () => console.log(JSON.stringify((await captureWaitGraph()).requests))
  setTimeout(() => print().then(() => process.exit()), 1300)
}
