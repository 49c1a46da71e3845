// Jobs of workerpool, queued for one worker.
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import workerpool from 'workerpool'
import { trace } from './trace.mjs'

async function resize(job) {
  trace(`${job}start`) // astart0 AsyncFunction.resize, bstart0 AsyncFunction.resize, cstart0 AsyncFunction.resize, dstart0 AsyncFunction.resize
  await null
  trace(job) // a0 AsyncFunction.resize, b0 AsyncFunction.resize, c0 AsyncFunction.resize, d0 AsyncFunction.resize
  return job
}

async function direct(pool) {
  return pool.exec('resize', ['a']) // a1 direct [EXECUTOR], astart1 direct [EXECUTOR]
}

async function afterAwait(pool) {
  await null
  const result = await pool.exec('resize', ['b']) // b1 afterAwait [EXECUTOR], bstart1 afterAwait [EXECUTOR]
  trace('after') // after0 afterAwait
  return result
}

function inTimer(pool) {
  return new Promise((resolve) => { // c3 inTimer, cstart3 inTimer
    setTimeout(() => resolve(pool.exec('resize', ['c'])), 1) // c1 <anonymous> [EXECUTOR], c2 <anonymous> [TIMEOUT], cstart1 <anonymous> [EXECUTOR], cstart2 <anonymous> [TIMEOUT]
  })
}

async function byProxy(pool) {
  const worker = await pool.proxy()
  return worker.resize('d') // d1 byProxy [EXECUTOR], dstart1 byProxy [EXECUTOR]
}

async function main(options) {
  const pool = workerpool.pool(fileURLToPath(import.meta.url), { workerType: 'thread', ...options })
  await Promise.all([direct(pool), afterAwait(pool), inTimer(pool), byProxy(pool)]) // a2 main, after1 main [ASYNC], astart2 main, b2 main [ASYNC], bstart2 main [ASYNC], c4 main, cstart4 main, d2 main [ASYNC], dstart2 main [ASYNC]
  trace('end') // end0 main
  await pool.terminate()
}

if (isMainThread) {
  for (const maxWorkers of [1, 2]) await main({ maxWorkers }) // a3 <module>, after2 <module>, astart3 <module>, b3 <module>, bstart3 <module>, c5 <module>, cstart5 <module>, d3 <module>, dstart3 <module>, end1 <module>
} else workerpool.worker({ resize })
