// Worker threads: one that waits, one whose loop does not turn.
import { isMainThread, Worker, workerData } from 'node:worker_threads'

async function inWorker() {
  await new Promise((resolve) => setTimeout(resolve, 900_000))
}

function spin() {
  const end = Date.now() + 120_000
  while (Date.now() < end);
}

if (isMainThread) {
  new Worker(new URL(import.meta.url), { workerData: 'waits' })
  new Worker(new URL(import.meta.url), { workerData: 'spins' })
  setTimeout(() => console.log('ready'), 500)
  await new Promise((resolve) => setTimeout(resolve, 900_000))
} else if (workerData === 'waits') {
  await inWorker()
} else {
  inWorker()
  spin()
}
