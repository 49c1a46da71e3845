// Plain values were awaited before.
import { never, show } from './show.mjs'
async function waits() {
  await 1
  await null
  await inner()
}
async function inner() {
  await undefined
  await never()
}
waits()
show({ tasks: true })

/* waits:
graph
waits:6 inner:10
  await -> (promise)
tasks
  PENDING waits:6 inner:10 | promise | <module>:12 [async] < root
*/
