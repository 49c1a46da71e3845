// Jobs of a pool of workers that need the result of another job of the same pool.
import { MessageChannel } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { hangs } from './hangs.mjs'

const pool = new Piscina({ filename: new URL('./nested-job.mjs', import.meta.url).href, minThreads: 2, maxThreads: 2 })
let asked = 0
async function build(file) {
  const { port1, port2 } = new MessageChannel()
  port1.on('message', async (needed) => {
    if (++asked === 2) hangs()
    port1.postMessage(await pool.run({ file: needed }))
  })
  return pool.run({ file, port: port2 }, { transferList: [port2] })
}
await Promise.all([build('app'), build('page')])

/* memory:
5 tasks pending.

2 tasks wait for a worker of Piscina (2 of 2 in use), piscina
  2 × <anonymous> nested-jobs.mjs:12
  in use: 2 by <module> nested-jobs.mjs:16
            waiting for worker, through TaskInfo ×2
  in workers: 2 × compile() nested-job.mjs:6, waiting for event 'message' of message port

Waiting for:
  2 × <module> nested-jobs.mjs:16: worker, through TaskInfo
  2 × compile() nested-job.mjs:6: event 'message' of message port
*/

/* records:
5 tasks pending.

2 tasks wait for a worker of Piscina (2 of 2 in use), piscina
  2 × <anonymous> nested-jobs.mjs:12
  in use: 2 by <module> nested-jobs.mjs:16
            waiting for worker, through TaskInfo ×2
  in workers: 2 × compile() nested-job.mjs:6, waiting for event 'message' of message port

Waiting for:
  2 × <module> nested-jobs.mjs:16: worker, through TaskInfo
  2 × compile() nested-job.mjs:6: event 'message' of message port, made by atomicsWaitLoop() worker.ts:163
*/
