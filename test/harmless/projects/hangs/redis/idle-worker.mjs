// A worker of BullMQ that has nothing to do: it waits for a socket, and not for a worker thread.
import { Worker } from 'bullmq'
import { hangs } from '../hangs.mjs'

const connection = { host: '127.0.0.1', port: Number(process.env.PORT) }
const worker = new Worker('idle', async () => 1, { connection })
worker.on('error', () => {})
setTimeout(hangs, 1500)

/* memory:
3 tasks pending.

Waiting for:
  <then> redis-queue-backend.js:1917: socket 127.0.0.1:PORT, through Command
  RedisQueueBackend.waitForJob() redis-queue-backend.js:1944 ← Worker.run() worker.js:272: setTimeout 6000 ms, N ms remaining
  RedisQueueBackend.waitForJob() redis-queue-backend.js:1944 ← Worker.run() worker.js:272: socket 127.0.0.1:PORT, through Command
  Worker.stalledChecker() worker.js:927: setTimeout 30000 ms, N ms remaining
*/

/* records:
5 tasks pending.

Waiting for:
  <catch in RedisQueueBackend.waitForJob> redis-queue-backend.js:1917: socket 127.0.0.1:PORT, through Command
  Worker.run() worker.js:272: setTimeout 6000 ms, N ms remaining, made by <anonymous> redis-queue-backend.js:1935
  Worker.run() worker.js:272: socket 127.0.0.1:PORT, through Command
  Worker.stalledChecker() worker.js:927: setTimeout 30000 ms, N ms remaining, made by <anonymous> worker.js:928
*/
