// node:timers/promises
import { show } from './show.mjs'
import { setTimeout as sleep } from 'node:timers/promises'
async function waits() {
  await sleep(60_000)
}
waits()
show({ tasks: true })

/* waits:
graph
waits:5
  await -> (timer: setTimeout 60000 ms)
tasks
  PENDING waits:5 | setTimeout 60000 ms | <module>:7 [async] < root
*/
