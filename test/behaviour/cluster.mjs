// What a program can see of a cluster.
import 'async-trace'
import cluster from 'node:cluster'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { inspect } from 'node:util'

const log = (...values) => console.log(...values.map((value) => (typeof value === 'string' ? value : inspect(value, { depth: 6 }))))
const noRegister = (flags) => flags.filter((flag) => !/async-trace/.test(flag) && flag !== '--import')
const read = async (port) => {
  let text = ''
  for await (const chunk of connect(port, '127.0.0.1')) text += chunk
  return text
}

function work() {
  process.on('message', (message) => process.send({ echo: message, id: cluster.worker.id }))
  cluster.worker.on('message', (message) => message === 'leave' && cluster.worker.disconnect())
  createServer((socket) => socket.end(`from ${cluster.worker.id}`)).listen(0, '127.0.0.1', function () {
    process.send({
      port: this.address().port,
      execArgv: noRegister(process.execArgv), argv: process.argv.slice(2),
      strange: Object.keys(process.env).filter((key) => /^ASYNC_TRACE_|^FORKED/.test(key)),
      listeners: [process.listenerCount('message'), process.listenerCount('internalMessage'), process.listenerCount('disconnect')],
    })
  })
}

if (cluster.isWorker) work()
else {
  cluster.setupPrimary({ args: ['worker'] })
  for (const environment of [undefined, { FORKED: '1' }]) {
    const worker = cluster.fork(environment)
    const [{ port, ...facts }] = await once(worker, 'message')
    log(facts, worker.id, noRegister(worker.process.spawnargs).length, worker.process.eventNames(), worker.eventNames())
    log(await read(port))
    const got = []
    worker.on('message', (message) => got.push(message))
    log([1, { a: [null] }, 'text', { cmd: 'PLAIN' }].map((message) => worker.send(message)))
    worker.send('leave')
    log(await once(worker, 'exit'), worker.exitedAfterDisconnect)
    log(got)
  }
  log(Object.keys(cluster.settings), noRegister(cluster.settings.execArgv), Object.keys(cluster.workers))
}
