// A function that returned the promise of a call without awaiting it: it has ended, yet its caller waits.
import { never, show } from './show.mjs'

async function fetches() {
  await never()
}
async function reports() {
  return fetches()
}
async function waits() {
  await reports()
}
waits()
show({ tasks: true })

/* waits:
graph
fetches:5
  await -> (unresolved promise; its resolve() was not found)
waits:11 reports:8 returned
  await -> fetches:5
tasks
  PENDING fetches:5 | unresolved promise; its resolve() was not found | reports:8 [async] < waits:11 < <module>:13 < root
  PENDING waits:11 reports:8 returned | task | <module>:13 [async] < root
*/
