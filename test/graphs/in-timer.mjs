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
work:6 ×2
  await -> (unresolved promise; its resolve() was not found)
tasks
  PENDING work:6 | unresolved promise; its resolve() was not found | onTick:12 [async] < <module>:11 [nextTick] < root
  PENDING work:6 | unresolved promise; its resolve() was not found | onTimer:9 [async] < <module>:8 [timeout] < root
*/
