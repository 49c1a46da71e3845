// The same with tinypool.
import { isMainThread } from 'node:worker_threads'
import { trace } from './trace.mjs'

async function resize(job) {
  trace(`${job}start`) // astart0 resize, bstart0 resize, cstart0 resize, dstart0 resize, estart0 resize, fstart0 resize, gstart0 resize
  await null
  trace(job) // a0 resize, b0 resize, c0 resize, d0 resize, e0 resize, f0 resize, g0 resize
  return job
}

export default async function work(job) {
  const done = await resize(job) // a1 work, astart1 work, b1 work, bstart1 work, c1 work, cstart1 work, d1 work, dstart1 work, e1 work, estart1 work, f1 work, fstart1 work, g1 work, gstart1 work
  await new Promise((resolve) => { // alater2 work, blater2 work, clater2 work, dlater2 work, elater2 work, flater2 work, glater2 work
    setImmediate(() => resolve(trace(`${job}later`))) // alater0 <anonymous>, alater1 <anonymous> [IMMEDIATE], blater0 <anonymous>, blater1 <anonymous> [IMMEDIATE], clater0 <anonymous>, clater1 <anonymous> [IMMEDIATE], dlater0 <anonymous>, dlater1 <anonymous> [IMMEDIATE], elater0 <anonymous>, elater1 <anonymous> [IMMEDIATE], flater0 <anonymous>, flater1 <anonymous> [IMMEDIATE], glater0 <anonymous>, glater1 <anonymous> [IMMEDIATE]
  })
  return done
}

async function direct(pool) {
  return pool.run('a') // a2 direct [EXECUTOR], alater3 direct [EXECUTOR], astart2 direct [EXECUTOR]
}

async function afterAwait(pool) {
  await null
  const result = await pool.run('b') // b2 afterAwait [EXECUTOR], blater3 afterAwait [EXECUTOR], bstart2 afterAwait [EXECUTOR]
  trace('after') // after0 afterAwait
  return result
}

function inTimer(pool) {
  return new Promise((resolve) => { // c4 inTimer, clater5 inTimer, cstart4 inTimer
    setTimeout(() => resolve(pool.run('c')), 1) // c2 <anonymous> [EXECUTOR], c3 <anonymous> [TIMEOUT], clater3 <anonymous> [EXECUTOR], clater4 <anonymous> [TIMEOUT], cstart2 <anonymous> [EXECUTOR], cstart3 <anonymous> [TIMEOUT]
  })
}

function inThen(pool) {
  return Promise.resolve().then(() => pool.run('d')) // d2 <anonymous> [EXECUTOR], d3 inThen [THEN], dlater3 <anonymous> [EXECUTOR], dlater4 inThen [THEN], dstart2 <anonymous> [EXECUTOR], dstart3 inThen [THEN]
}

async function many(pool) {
  const jobs = ['e', 'f']
  return Promise.all(jobs.map((job) => pool.run(job))) // e2 <anonymous> [EXECUTOR], e3 many, elater3 <anonymous> [EXECUTOR], elater4 many, estart2 <anonymous> [EXECUTOR], estart3 many, f2 <anonymous> [EXECUTOR], f3 many, flater3 <anonymous> [EXECUTOR], flater4 many, fstart2 <anonymous> [EXECUTOR], fstart3 many
}

async function main(options) {
  const { Tinypool } = await import('tinypool')
  const pool = new Tinypool({ filename: new URL(import.meta.url).pathname, minThreads: 1, ...options })
  await Promise.all([direct(pool), afterAwait(pool), inTimer(pool), inThen(pool), many(pool)]) // a3 main, after1 main [ASYNC], alater4 main, astart3 main, b3 main [ASYNC], blater4 main [ASYNC], bstart3 main [ASYNC], c5 main, clater6 main, cstart5 main, d4 main, dlater5 main, dstart4 main, e4 main, elater5 main, estart4 main, f4 main, flater5 main, fstart4 main
  trace('end') // end0 main
  await pool.run('g') // g2 main [EXECUTOR], glater3 main [EXECUTOR], gstart2 main [EXECUTOR]
  await pool.destroy()
}

if (isMainThread) {
  for (const useAtomics of [true, false]) {
    for (const concurrentTasksPerWorker of [1, 3]) {
      for (const maxThreads of [1, 2]) {
        await main({ useAtomics, concurrentTasksPerWorker, maxThreads }) // a4 <module>, after2 <module>, alater5 <module>, astart4 <module>, b4 <module>, blater5 <module>, bstart4 <module>, c6 <module>, clater7 <module>, cstart6 <module>, d5 <module>, dlater6 <module>, dstart5 <module>, e5 <module>, elater6 <module>, end1 <module>, estart5 <module>, f5 <module>, flater6 <module>, fstart5 <module>, g3 <module>, glater4 <module>, gstart3 <module>
      }
    }
  }
}
