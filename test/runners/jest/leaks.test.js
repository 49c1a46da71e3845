const { spawn } = require('node:child_process')
const { connect, createServer } = require('node:net')
const { Worker } = require('node:worker_threads')
const { acquire } = require('./lib.js')

const open = []
let server

beforeAll(async () => {
  server = createServer(() => {})
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
})

afterAll(() => {
  for (const close of open) close()
  server.close()
})

it('leaves a function', async () => {
  acquire()
  expect(1).toBe(1)
})

it('leaves a timer', () => {
  const timer = setInterval(() => {}, 1000)
  open.push(() => clearInterval(timer))
})

it('leaves a socket', async () => {
  const socket = connect(server.address().port, '127.0.0.1')
  open.push(() => socket.destroy())
  await new Promise((connected) => socket.once('connect', connected))
})

it('leaves a server', async () => {
  const own = createServer(() => {})
  open.push(() => own.close())
  await new Promise((listening) => own.listen(0, '127.0.0.1', listening))
})

it('leaves a worker', async () => {
  const worker = new Worker('setInterval(() => {}, 1000)', { eval: true })
  open.push(() => worker.terminate())
  await new Promise((online) => worker.once('online', online))
})

it('leaves a child process', () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  open.push(() => child.kill())
})

it('leaves nothing', async () => {
  await new Promise((resolve) => setTimeout(resolve, 20))
  const own = createServer(() => {})
  await new Promise((listening) => own.listen(0, '127.0.0.1', listening))
  own.close()
})
