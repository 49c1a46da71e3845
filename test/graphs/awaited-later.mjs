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
handles:10
  await -> work:5
work:5
  await -> (promise)
tasks
  PENDING handles:10 | task | <module>:12 [async] < root
  PENDING work:5 | promise | handles:8 [async] < <module>:12 < root
*/
