// job.waitUntilFinished() of BullMQ, and the worker is one of another queue.
import { setTimeout as sleep } from 'node:timers/promises'
import { Queue, QueueEvents, Worker } from 'bullmq'
import { hangs } from '../hangs.mjs'

const connection = { host: '127.0.0.1', port: Number(process.env.PORT) }
const worker = new Worker('report', async () => 42, { connection })
await worker.waitUntilReady()
// It waits for jobs.
await sleep(300)
const queue = new Queue('reports', { connection })
const events = new QueueEvents('reports', { connection })
await events.waitUntilReady()
async function report() {
  const job = await queue.add('monthly', {})
  return job.waitUntilFinished(events)
}
setTimeout(hangs, 1500)
await report()

/* memory:
6 tasks pending.

Waiting for:
  <module> no-such-worker.mjs:19: event 'completed:…' of QueueEvents
  <then> redis-queue-backend.js:1917: socket 127.0.0.1:PORT, through Command
  <then> redis-queue-backend.js:1989: socket 127.0.0.1:PORT, through Command
  RedisQueueBackend.readEvents() redis-queue-backend.js:2011 ← QueueEvents.run() queue-events.js:56: setTimeout 11000 ms, N ms remaining
  RedisQueueBackend.readEvents() redis-queue-backend.js:2011 ← QueueEvents.run() queue-events.js:56: socket 127.0.0.1:PORT, through Command
  RedisQueueBackend.waitForJob() redis-queue-backend.js:1944 ← Worker.run() worker.js:272: setTimeout 6000 ms, N ms remaining
  RedisQueueBackend.waitForJob() redis-queue-backend.js:1944 ← Worker.run() worker.js:272: socket 127.0.0.1:PORT, through Command
  Worker.stalledChecker() worker.js:927: setTimeout 30000 ms, N ms remaining
*/

/* records:
8 tasks pending.

Waiting for:
  <module> no-such-worker.mjs:19: event 'completed:…' of QueueEvents
  <catch in RedisQueueBackend.readEvents> redis-queue-backend.js:1989: socket 127.0.0.1:PORT, through Command
  <catch in RedisQueueBackend.waitForJob> redis-queue-backend.js:1917: socket 127.0.0.1:PORT, through Command
  RedisQueueBackend.readEvents() redis-queue-backend.js:2011 ← QueueEvents.run() queue-events.js:56: setTimeout 11000 ms, N ms remaining, made by <anonymous> redis-queue-backend.js:2002
  RedisQueueBackend.readEvents() redis-queue-backend.js:2011 ← QueueEvents.run() queue-events.js:56: socket 127.0.0.1:PORT, through Command
  Worker.run() worker.js:272: setTimeout 6000 ms, N ms remaining, made by <anonymous> redis-queue-backend.js:1935
  Worker.run() worker.js:272: socket 127.0.0.1:PORT, through Command
  Worker.stalledChecker() worker.js:927: setTimeout 30000 ms, N ms remaining, made by <anonymous> worker.js:928
*/
