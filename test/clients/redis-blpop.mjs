// A worker takes jobs from a list that stays empty.
// A command keeps its promise's resolver and is written outside the executor: the heap leads from it to the socket.
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
work:16 nextJob:10
  await -> (socket: socket 127.0.0.1:PORT, through Command)
tasks
  PENDING work:16 nextJob:10 | socket 127.0.0.1:PORT, through Command | <module>:20 [async] < root
stack of stuck
  nextJob:10 < work:16
*/
