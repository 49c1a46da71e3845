/** Sends every message back. */
import { parentPort, workerData } from 'node:worker_threads'

if (workerData.isTransport) {
  const { watchPort } = await import('./threads-transport.mjs')
  await new Promise((resolve) => {
    parentPort.once('message', ({ buffer }) => {
      parentPort.postMessage('ready')
      resolve(watchPort(parentPort, buffer))
    })
  })
}
parentPort.on('message', (payload) => parentPort.postMessage(payload))
