// The call was kept and awaited later.
import { never, show } from './show.mjs'

const tick = () => new Promise(setImmediate)
async function work() {
  await never()
}
async function handles() {
  const working = work()
  await tick()
  await working
}
handles()
show({ tasks: true })

/* waits:
graph
handles:11
  await -> work:6
work:6
  await -> (unresolved promise; its resolve() was not found)
tasks
  PENDING handles:11 | task | <module>:13 [async] < root
  PENDING work:6 | unresolved promise; its resolve() was not found | handles:9 [async] < <module>:13 < root
*/
