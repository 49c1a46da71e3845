// A job of a queue that waits until the queue is idle.
import PQueue from 'p-queue'
import { hangs } from './hangs.mjs'

const uploads = new PQueue({ concurrency: 3 })
async function flush() {
  await uploads.onIdle()
}
async function upload(file) {
  await new Promise(setImmediate)
  if (file !== 2) return
  hangs()
  await flush()
}
await Promise.all([1, 2, 3].map((file) => uploads.add(() => upload(file))))

/* memory:
2 tasks pending.

1 deadlock:
  1. upload() idle-in-a-job.mjs:13, in flush() idle-in-a-job.mjs:7 → the end of all tasks of PQueue (1 of 3 in use) → upload()
1 task waits for the end of all tasks of PQueue (1 of 3 in use), p-queue
  flush() idle-in-a-job.mjs:7 ← upload() idle-in-a-job.mjs:13
  in use: 1 by flush() idle-in-a-job.mjs:7 ← upload() idle-in-a-job.mjs:13, which itself waits for it
*/

/* records:
2 tasks pending.

1 deadlock:
  1. Task-N upload() idle-in-a-job.mjs:13, in flush() idle-in-a-job.mjs:7 → the end of all tasks of PQueue (1 of 3 in use) → Task-N
1 task waits for the end of all tasks of PQueue (1 of 3 in use), p-queue
  flush() idle-in-a-job.mjs:7 ← upload() idle-in-a-job.mjs:13
  in use: 1 by flush() idle-in-a-job.mjs:7 ← upload() idle-in-a-job.mjs:13, which itself waits for it
*/
