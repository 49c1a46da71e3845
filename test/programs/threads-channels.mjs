// Ports that travel: in messages, in workerData, through a worker to its own worker; both ways.
import { MessageChannel, parentPort, Worker, workerData } from 'node:worker_threads'
import { trace } from './trace.mjs'

const role = workerData?.role ?? 'main'

function start(data, transferList) {
  return new Worker(new URL(import.meta.url), { workerData: data, transferList })
}

function inMain() {
  const { port1, port2 } = new MessageChannel()
  const early = new MessageChannel()
  sendEarly(early.port1) // early2 inMain
  const worker = start({ role: 'middle', list: [{ early: early.port2 }] }, [early.port2])
  port1.on('message', (message) => {
    trace(message === 'up' ? 'up' : 'relay') // relay0 <anonymous>, up0 <anonymous>
    if (message === 'up') worker.postMessage('end')
  })
  hand(worker, port2) // inner4 inMain, middle3 inMain, relay4 inMain, up5 inMain
}

function sendEarly(port) {
  port.postMessage('early') // early1 sendEarly [WORKER]
}

function hand(worker, port) {
  worker.postMessage({ port, text: 'relay' }, [port]) // inner3 hand [WORKER], middle2 hand [WORKER], relay3 hand [WORKER], up4 hand [WORKER]
}

async function inMiddle() {
  workerData.list[0].early.once('message', () => trace('early')) // early0 <anonymous>
  const inner = start({ role: 'inner' })
  parentPort.on('message', (message) => {
    if (message === 'end') parentPort.close()
    else passOn(inner, message) // inner2 <anonymous>, middle1 <anonymous>, relay2 <anonymous>, up3 <anonymous>
  })
}

function passOn(inner, { port, text }) {
  trace('middle') // middle0 passOn
  port.postMessage(text) // relay1 passOn [WORKER]
  inner.postMessage(port, [port]) // inner1 passOn [WORKER], up2 passOn [WORKER]
}

function inInner() {
  parentPort.once('message', (port) => {
    trace('inner') // inner0 <anonymous>
    port.postMessage('up') // up1 <anonymous> [WORKER]
  })
}

if (role === 'main') inMain() // early3 <module>, inner5 <module>, middle4 <module>, relay5 <module>, up6 <module>
if (role === 'middle') inMiddle()
if (role === 'inner') inInner()
