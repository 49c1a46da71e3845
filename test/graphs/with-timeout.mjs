// The usual time limit.
import { never, show } from './show.mjs'
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
async function work() {
  await never()
}
async function limited() {
  await Promise.race([work(), sleep(60_000)])
}
limited()
show({ tasks: true })

/* waits:
graph
limited:8
  Promise.race (index 0) -> work:5
  Promise.race (index 1) -> (timer: setTimeout 60000 ms)
work:5
  await -> (promise)
tasks
  PENDING limited:8 | Promise.race, 2 pending | <module>:10 [async] < root
  PENDING work:5 | promise | limited:8 [async] < <module>:10 < root
*/
