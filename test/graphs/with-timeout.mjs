// The usual time limit.
import { never, show } from './show.mjs'

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
async function work() {
  await never()
}
async function limited() {
  await Promise.race([work(), sleep(960_000)])
}
limited()
show({ tasks: true })

/* waits:
graph
limited:9
  Promise.race (index 0) -> work:6
  Promise.race (index 1) -> (timer: setTimeout 960000 ms)
work:6
  await -> (unresolved promise; its resolve() was not found)
tasks
  PENDING limited:9 | task and 1 more | <module>:11 [async] < root
  PENDING work:6 | unresolved promise; its resolve() was not found | limited:9 [async] < <module>:11 < root
*/
