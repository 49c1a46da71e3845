// The promise is settled by a callback of the program's own.
import { show } from './show.mjs'
async function waits() {
  await new Promise((resolve) => {
    setTimeout(() => resolve(1), 60_000)
  })
}
waits()
show({ tasks: true })

/* waits:
graph
waits:4
  await -> (timer: setTimeout 60000 ms)
tasks
  PENDING waits:4 | setTimeout 60000 ms | <module>:8 [async] < root
*/
