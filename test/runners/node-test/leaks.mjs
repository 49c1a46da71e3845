import { spawn } from 'node:child_process'
import { connect, createServer } from 'node:net'
import { after, before, describe, it, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { loadUser, waiters } from './pool.mjs'

const left = []

test('leaves a function', async () => {
  loadUser()
})

test('leaves a timer', () => {
  const timer = setInterval(() => {}, 1_000)
  left.push(() => clearInterval(timer))
})

describe('sockets', () => {
  let server
  before(async () => {
    server = createServer(() => {})
    await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  })
  after(() => {
    for (const end of left.splice(0)) end()
    for (const resolve of waiters.splice(0)) resolve()
    server.close()
  })

  it('leaves a socket', async () => {
    const socket = connect(server.address().port, '127.0.0.1')
    await new Promise((connected) => socket.on('connect', connected))
    left.push(() => socket.destroy())
  })
  it('leaves a server', async () => {
    const own = createServer(() => {})
    await new Promise((listening) => own.listen(0, '127.0.0.1', listening))
    left.push(() => own.close())
  })
  it('leaves a worker', async () => {
    const worker = new Worker('require("node:worker_threads").parentPort.on("message", () => {})', { eval: true })
    await new Promise((online) => worker.on('online', online))
    left.push(() => worker.terminate())
  })
  it('leaves a child process', () => {
    const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    left.push(() => child.kill())
  })
})
