// Worker threads: one that waits, one whose loop does not turn.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

async function inWorker() {
  await new Promise((resolve) => setTimeout(resolve, 900_000))
}

function spin() {
  parentPort.postMessage('spins')
  const end = Date.now() + 120_000
  while (Date.now() < end);
}

if (isMainThread) {
  let begun = 0
  for (const name of ['waits', 'spins']) {
    new Worker(new URL(import.meta.url), { workerData: name }).once('message', () => {
      if (++begun === 2) console.log('ready')
    })
  }
  await new Promise((resolve) => setTimeout(resolve, 900_000))
} else if (workerData === 'waits') {
  // Said once it waits.
  setImmediate(() => parentPort.postMessage('waits'))
  await inWorker()
} else {
  inWorker()
  spin()
}
