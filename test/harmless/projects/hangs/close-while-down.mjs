// close() of a worker of BullMQ waits for a Redis that is down.
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'bullmq'
import { closedPort } from './closed-port.mjs'
import { hangs } from './hangs.mjs'

const connection = { host: '127.0.0.1', port: await closedPort(), maxRetriesPerRequest: null }
const worker = new Worker('mail', async () => 1, { connection })
worker.on('error', () => {})
async function shutdown() {
  await worker.close()
}
await sleep(500)
setTimeout(hangs, 500)
await shutdown()

/* memory:
5 tasks pending.

2 tasks wait because Redis is not connected: connect ECONNREFUSED 127.0.0.1:PORT, next attempt
  shutdown() close-while-down.mjs:11 ← <module> close-while-down.mjs:15
  RedisQueueBackend.moveStalledJobsToWait() redis-queue-backend.js:1472 ← Worker.stalledChecker() worker.js:921
*/

/* records:
10 tasks pending.

3 tasks wait because Redis is not connected: connect ECONNREFUSED 127.0.0.1:PORT, next attempt
  shutdown() close-while-down.mjs:11 ← <module> close-while-down.mjs:15
  trace() index.js (has returned) ← Worker.stalledChecker() worker.js:921
  Worker.run() worker.js:272
*/
