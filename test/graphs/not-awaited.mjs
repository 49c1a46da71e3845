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
  await -> (promise)
sends:5
  await -> (promise)
tasks
  PENDING handles:9 | promise | <module>:11 [async] < root
  PENDING sends:5 | promise | handles:8 [async] < <module>:11 < root
*/
