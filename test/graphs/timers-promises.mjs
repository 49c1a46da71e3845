// node:timers/promises

import { setTimeout as sleep } from 'node:timers/promises'
import { show } from './show.mjs'

async function waits() {
  await sleep(960_000)
}
waits()
show({ tasks: true })

/* waits:
graph
waits:7
  await -> (timer: setTimeout 960000 ms)
tasks
  PENDING waits:7 | setTimeout 960000 ms | <module>:9 [async] < root
*/
