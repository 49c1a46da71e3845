// Called and forgotten.
import { never, show } from './show.mjs'

async function sends() {
  await never()
}
async function handles() {
  sends()
  await never()
}
handles()
show({ tasks: true })

/* waits:
graph
handles:9
  await -> (unresolved promise; its resolve() was not found)
sends:5
  await -> (unresolved promise; its resolve() was not found)
tasks
  PENDING handles:9 | unresolved promise; its resolve() was not found | <module>:11 [async] < root
  PENDING sends:5 | unresolved promise; its resolve() was not found | handles:8 [async] < <module>:11 < root
*/
