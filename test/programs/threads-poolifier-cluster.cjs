// Jobs of poolifier in the processes of a cluster, with and without its queue.
const cluster = require('node:cluster')
const { ClusterWorker, FixedClusterPool } = require('poolifier')
const { trace } = require('./trace.cjs')

async function resize(job) {
  trace(`${job}start`) // astart0 resize, bstart0 resize
  await null
  trace(job) // a0 resize, b0 resize
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

async function run(options) {
  const pool = new FixedClusterPool(1, __filename, options)
  await Promise.all([direct(pool), afterAwait(pool)]) // a3 run, after1 run [ASYNC], astart3 run, b3 run [ASYNC], bstart3 run [ASYNC]
  trace('end') // end0 run
}

async function main() {
  await null
  for (const options of [{}, { enableTasksQueue: true }]) await run(options) // a4 main, after2 main, astart4 main, b4 main, bstart4 main, end1 main
  process.exit()
}

if (cluster.isPrimary) main() // a5 <module> [ASYNC], after3 <module> [ASYNC], astart5 <module> [ASYNC], b5 <module> [ASYNC], bstart5 <module> [ASYNC], end2 <module> [ASYNC]
else module.exports = new ClusterWorker(async (job) => resize(job)) // a1 <anonymous> [ASYNC], astart1 <anonymous>, b1 <anonymous> [ASYNC], bstart1 <anonymous>
