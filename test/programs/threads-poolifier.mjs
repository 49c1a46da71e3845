// Jobs of poolifier, with and without its queue and its events.
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import { FixedThreadPool, ThreadWorker } from 'poolifier'
import { trace } from './trace.mjs'

async function resize(job) {
  trace(`${job}start`) // astart0 resize, bstart0 resize, cstart0 resize
  await null
  trace(job) // a0 resize, b0 resize, c0 resize
  return job
}

async function direct(pool) {
  return pool.execute('a') // a2 direct [EXECUTOR], astart2 direct [EXECUTOR]
}

async function afterAwait(pool) {
  await null
  const result = await pool.execute('b') // b2 afterAwait [EXECUTOR], bstart2 afterAwait [EXECUTOR]
  trace('after') // after0 afterAwait
  return result
}

function inTimer(pool) {
  return new Promise((resolve) => { // c4 inTimer, cstart4 inTimer
    setTimeout(() => resolve(pool.execute('c')), 1) // c2 <anonymous> [EXECUTOR], c3 <anonymous> [TIMEOUT], cstart2 <anonymous> [EXECUTOR], cstart3 <anonymous> [TIMEOUT]
  })
}

async function main(options) {
  const pool = new FixedThreadPool(1, fileURLToPath(import.meta.url), options)
  await Promise.all([direct(pool), afterAwait(pool), inTimer(pool)]) // a3 main, after1 main [ASYNC], astart3 main, b3 main [ASYNC], bstart3 main [ASYNC], c5 main, cstart5 main
  trace('end') // end0 main
}

if (isMainThread) {
  for (const options of [{}, { enableTasksQueue: true }, { enableEvents: false }]) await main(options) // a4 <module>, after2 <module>, astart4 <module>, b4 <module>, bstart4 <module>, c6 <module>, cstart6 <module>, end1 <module>
  // Its own destroy() does not always settle, traced or not.
  process.exit()
}

export default isMainThread ? undefined : new ThreadWorker(async (job) => resize(job)) // a1 <anonymous> [ASYNC], astart1 <anonymous>, b1 <anonymous> [ASYNC], bstart1 <anonymous>, c1 <anonymous> [ASYNC], cstart1 <anonymous>
