// A worker waits for a lock that its parent opens only after the worker's answer.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { hangs } from './hangs.mjs'

const lock = new Int32Array(new SharedArrayBuffer(8))
const worker = new Worker(new URL('./locked-worker.mjs', import.meta.url), { workerData: lock })
await once(worker, 'online')
async function render() {
  const [page] = await once(worker, 'message')
  Atomics.store(lock, 0, 1)
  Atomics.notify(lock, 0)
  return page
}
const rendered = render()
while (Atomics.load(lock, 1) === 0) await new Promise(setImmediate)
hangs()
await rendered

/* memory:
1 task pending.

Waiting for:
  render() silent-worker.mjs:10 ← <module> silent-worker.mjs:18: event 'message' of worker
*/

/* records:
2 tasks pending.

Waiting for:
  render() silent-worker.mjs:10: event 'message' of worker 1
*/
