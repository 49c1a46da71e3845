// Two programs parts that have nothing to do with each other.
import { never, show } from './show.mjs'
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
async function left() {
  await sleep(60_000)
}
async function right() {
  await never()
}
left()
right()
show({ tasks: true })

/* waits:
graph
left:5
  await -> (timer: setTimeout 60000 ms)
right:8
  await -> (promise)
tasks
  PENDING left:5 | setTimeout 60000 ms | <module>:10 [async] < root
  PENDING right:8 | promise | <module>:11 [async] < root
*/
