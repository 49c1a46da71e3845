// The promise is settled by a callback of the program's own.
import { show } from './show.mjs'

async function waits() {
  await new Promise((resolve) => {
    setTimeout(() => resolve(1), 960_000)
  })
}
waits()
show({ tasks: true })

/* waits:
graph
waits:5
  await -> (timer: setTimeout 960000 ms)
tasks
  PENDING waits:5 | setTimeout 960000 ms | <module>:9 [async] < root
*/
