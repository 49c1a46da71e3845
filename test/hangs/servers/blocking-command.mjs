// A command of Redis that blocks its connection, which others share.
import Redis from 'ioredis'
import { hangs } from '../hangs.mjs'

const redis = new Redis(Number(process.env.PORT), '127.0.0.1')
async function consume() {
  return await redis.blpop('jobs', 0)
}
async function produce() {
  return await redis.rpush('jobs', 'one')
}
await redis.ping()
const all = Promise.all([consume(), produce()])
setImmediate(hangs)
await all

/* memory:
3 tasks pending.

1 task waits for a turn on the connection of Redis, behind blpop, ioredis
  produce() blocking-command.mjs:10
  in use: 1 by consume() blocking-command.mjs:7
            waiting for socket 127.0.0.1:PORT, through Command

Waiting for:
  consume() blocking-command.mjs:7: socket 127.0.0.1:PORT, through Command
*/

/* records:
3 tasks pending.

1 task waits for a turn on the connection of Redis, behind blpop, ioredis
  produce() blocking-command.mjs:10
  in use: 1 by consume() blocking-command.mjs:7
            waiting for socket 127.0.0.1:PORT, through Command

Waiting for:
  consume() blocking-command.mjs:7: socket 127.0.0.1:PORT, through Command
*/
