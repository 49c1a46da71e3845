// BullMQ's queue.add() never settles while Redis is down.
import { Queue } from 'bullmq'
import { closedPort } from './closed-port.mjs'
import { hangs } from './hangs.mjs'

const connection = { host: '127.0.0.1', port: await closedPort(), maxRetriesPerRequest: null }
const queue = new Queue('mail', { connection })
queue.on('error', () => {})
async function signup(user) {
  await queue.add('welcome', { user })
}
setTimeout(hangs, 500)
await signup('ada')

/* memory:
3 tasks pending.

1 task waits because Redis is not connected: connect ECONNREFUSED 127.0.0.1:PORT, next attempt
  signup() queue-down.mjs:10 ← <module> queue-down.mjs:13
*/

/* records:
4 tasks pending.

1 task waits because Redis is not connected: connect ECONNREFUSED 127.0.0.1:PORT, next attempt
  signup() queue-down.mjs:10 ← <module> queue-down.mjs:13
*/
