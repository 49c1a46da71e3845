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
  await -> (promise)
tasks
  PENDING handles:11 | task | <module>:13 [async] < root
  PENDING work:6 | promise | handles:9 [async] < <module>:13 < root
*/
