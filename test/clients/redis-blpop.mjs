// A worker takes jobs from a list that stays empty.
// Not told: the socket. A command keeps its promise's resolver, and is written outside the executor: nothing that
// the tracer sees ties the promise to the socket, so the bottom is a bare promise.
import { Redis } from 'ioredis'
import { show } from '../graphs/show.mjs'

const redis = new Redis({ host: '127.0.0.1', port: Number(process.env.PORT) })
await redis.ping()

async function nextJob(list) {
  const [, job] = await redis.blpop(list, 0)
  return job
}

async function work() {
  for (;;) {
    await nextJob('jobs')
  }
}

const stuck = work()
show({ tasks: true, stacks: { stuck }, afterMs: 300, port: process.env.PORT })

/* prints:
graph
work:17 nextJob:11
  await -> (socket: socket 127.0.0.1:PORT)
tasks
  PENDING work:17 nextJob:11 | socket 127.0.0.1:PORT | <module>:21 [async] < root
stack of stuck
  nextJob:11 < work:17
*/
