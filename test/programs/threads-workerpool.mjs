// Jobs of workerpool, queued for one worker.
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import workerpool from 'workerpool'
import { trace } from './trace.mjs'

async function resize(job) {
  trace(`${job}start`) // astart0 resize, bstart0 resize, cstart0 resize, dstart0 resize
  await null
  trace(job) // a0 resize, b0 resize, c0 resize, d0 resize
  return job
}

async function direct(pool) {
  return pool.exec('resize', ['a']) // a2 direct [EXECUTOR], astart2 direct [EXECUTOR]
}

async function afterAwait(pool) {
  await null
  const result = await pool.exec('resize', ['b']) // b2 afterAwait [EXECUTOR], bstart2 afterAwait [EXECUTOR]
  trace('after') // after0 afterAwait
  return result
}

function inTimer(pool) {
  return new Promise((resolve) => { // c4 inTimer, cstart4 inTimer
    setTimeout(() => resolve(pool.exec('resize', ['c'])), 1) // c2 <anonymous> [EXECUTOR], c3 <anonymous> [TIMEOUT], cstart2 <anonymous> [EXECUTOR], cstart3 <anonymous> [TIMEOUT]
  })
}

async function byProxy(pool) {
  const worker = await pool.proxy()
  return worker.resize('d') // d2 byProxy [EXECUTOR], dstart2 byProxy [EXECUTOR]
}

async function main(options) {
  const pool = workerpool.pool(fileURLToPath(import.meta.url), options)
  await Promise.all([direct(pool), afterAwait(pool), inTimer(pool), byProxy(pool)]) // a3 main, after1 main [ASYNC], astart3 main, b3 main [ASYNC], bstart3 main [ASYNC], c5 main, cstart5 main, d3 main [ASYNC], dstart3 main [ASYNC]
  trace('end') // end0 main
  await pool.terminate()
}

if (isMainThread && !process.connected) {
  for (const workerType of ['thread', 'process']) {
    for (const maxWorkers of [1, 2]) await main({ workerType, maxWorkers }) // a4 <module>, after2 <module>, astart4 <module>, b4 <module>, bstart4 <module>, c6 <module>, cstart6 <module>, d4 <module>, dstart4 <module>, end1 <module>
  }
} else workerpool.worker({ resize: [async (job) => resize(job)][0] }) // a1 workerpool.worker.resize [ASYNC], astart1 workerpool.worker.resize, b1 workerpool.worker.resize [ASYNC], bstart1 workerpool.worker.resize, c1 workerpool.worker.resize [ASYNC], cstart1 workerpool.worker.resize, d1 workerpool.worker.resize [ASYNC], dstart1 workerpool.worker.resize
