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
waits:7 inner:11
  await -> (unresolved promise; its resolve() was not found)
tasks
  PENDING waits:7 inner:11 | unresolved promise; its resolve() was not found | <module>:13 [async] < root
*/
