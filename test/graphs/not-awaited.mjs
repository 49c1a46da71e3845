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
handles:8
  await -> (promise)
sends:4
  await -> (promise)
tasks
  PENDING handles:8 | promise | <module>:10 [async] < root
  PENDING sends:4 | promise | handles:7 [async] < <module>:10 < root
*/
