// Tracing is switched off and on in each phase of workers, ports, pools and forked processes, also within the workers
// and within the payload of a message; the program notices nothing.
const { fork } = require('node:child_process')
const { once } = require('node:events')
const { MessageChannel, Worker, isMainThread, parentPort, receiveMessageOnPort, workerData } = require('node:worker_threads')

let switches = 0
const flip = () => {
  const tracer = globalThis[Symbol.for('async-trace.instance')]
  if (++switches % 2 === 0) tracer?.switchOn()
  else tracer?.switchOff()
}
const log = []
const say = (what) => {
  log.push(what)
  flip()
}
const echo = () => {
  parentPort.on('message', async (message) => {
    flip()
    await null
    if (message === 'end') parentPort.close()
    else if (message.port) message.port.postMessage(['by port', flip()])
    else parentPort.postMessage(message)
    flip()
  })
}
async function main() {
  for (let round = 0; round < 4; round++) {
    flip()
    const worker = new Worker(__filename, { workerData: 'echo' })
    flip()
    worker.on('online', () => say('online'))
    const exited = new Promise((resolve) => worker.on('exit', resolve))
    for (let i = 0; i < 3; i++) {
      const answer = once(worker, 'message')
      worker.postMessage({ i, get flips() { flip(); return i } })
      flip()
      say(JSON.stringify((await answer)[0]))
    }
    const { port1, port2 } = new MessageChannel()
    flip()
    const answer = once(port1, 'message')
    worker.postMessage({ port: port2 }, [port2])
    flip()
    say((await answer)[0][0])
    port1.close()
    const own = new MessageChannel()
    own.port1.postMessage('first')
    flip()
    own.port1.postMessage('second')
    say(JSON.stringify([receiveMessageOnPort(own.port2), flip(), receiveMessageOnPort(own.port2), receiveMessageOnPort(own.port2)]))
    own.port1.close()
    if (round % 2 === 0) worker.postMessage('end')
    else worker.terminate().then(() => flip())
    say(`exit ${await exited}`)
    flip()
    const failing = new Worker(__filename, { workerData: 'fails' })
    flip()
    say((await once(failing, 'error'))[0].message)
    const child = fork(__filename, ['child'])
    flip()
    child.send({ round })
    flip()
    say(JSON.stringify((await once(child, 'message'))[0]))
    child.send('end')
    flip()
    say(`child ${(await once(child, 'exit')).join()}`)
  }
  console.log(log.filter((line) => line !== 'online').join('\n'))
}
if (process.argv[2] === 'child') {
  process.on('message', async (message) => {
    flip()
    if (message === 'end') return process.disconnect()
    await null
    process.send({ back: message })
    flip()
  })
} else if (isMainThread) main()
else if (workerData === 'echo') echo()
else {
  flip()
  setImmediate(() => { flip(); throw new RangeError('fails') })
}
