// Called by a timer's callback and by a tick.
import { never, show } from './show.mjs'
const gone = never()
async function work() {
  await gone
}
setTimeout(function onTimer() {
  work()
}, 1)
process.nextTick(function onTick() {
  work()
})
show({ tasks: true })

/* waits:
graph
work:5 ×2
  await -> (promise)
tasks
  PENDING work:5 | promise | onTick:11 [async] < <module>:10 [nextTick] < root
  PENDING work:5 | promise | onTimer:8 [async] < <module>:7 [timeout] < root
*/
