// What a class is called does not make it one of Node's.
import { EventEmitter } from 'node:events'
import net from 'node:net'
import { hold, show } from './show.mjs'

class Worker extends EventEmitter {
  jobs = new Map()
  run(name) {
    return new Promise((resolve) => this.jobs.set(name, resolve))
  }
}
class Server {
  waiting = []
  ready() {
    return new Promise((resolve) => this.waiting.push(resolve))
  }
}
class Timeout {
  passed() {
    return new Promise((resolve) => {
      this.onPassed = resolve
    })
  }
}
class TCPWrap extends EventEmitter {}
/** And one that is. */
class Hub extends net.Server {}

const worker = hold(new Worker())
const server = hold(new Server())
const timeout = hold(new Timeout())
const wrap = hold(new TCPWrap())
const hub = hold(new Hub())
async function byWorker() {
  await worker.run('mail')
}
async function byServer() {
  await server.ready()
}
async function byTimeout() {
  await timeout.passed()
}
async function byWrap() {
  await new Promise((resolve) => wrap.on('open', resolve))
}
async function byHub() {
  await new Promise((resolve) => hub.on('connection', resolve))
}
byWorker()
byServer()
byTimeout()
byWrap()
hub.listen(0, '127.0.0.1', () => {
  byHub()
  show({ heap: true })
})

/* waits:
graph
byHub:47
  await -> (event: event 'connection' of server <address>)
byServer:38
  await -> (unresolved promise; its resolve() is stored in Server.waiting)
byTimeout:41
  await -> (unresolved promise; its resolve() is stored in Timeout.onPassed)
byWorker:35
  await -> (unresolved promise; its resolve() is stored in Worker.jobs)
byWrap:44
  await -> (event: event 'open' of TCPWrap)
*/
