// What hangs on a suspended function is no task of its own: the function is listed. What waits for a bare
// promise that a function awaits as well is one.
import { never, show } from './show.mjs'

const gone = never()
async function waits() {
  await gone
}
async function waitsForAll() {
  await Promise.all([waits(), waits().then(() => {})])
}
waits().catch(() => {})
waitsForAll()
  .then(() => {})
  .finally(() => {})
gone.then(() => {})
Promise.race([waits(), gone]).then(() => {})
// Nothing is pending here.
Promise.resolve(1).then(() => {})
Promise.reject(new Error()).catch(() => {})
show({ tasks: true })

/* waits:
graph
<then>:16
  then -> (unresolved promise; its resolve() was not found)
waits:7 ×4
  await -> (unresolved promise; its resolve() was not found)
waitsForAll:10
  Promise.all (index 0) -> waits:7
  Promise.all (index 1), then -> waits:7
tasks
  PENDING <then>:16 | unresolved promise; its resolve() was not found | <module>:16 [then] < root
  PENDING waits:7 | unresolved promise; its resolve() was not found | <module>:12 [async] < root
  PENDING waits:7 | unresolved promise; its resolve() was not found | <module>:17 [async] < root
  PENDING waits:7 | unresolved promise; its resolve() was not found | waitsForAll:10 [async] < <module>:13 < root
  PENDING waits:7 | unresolved promise; its resolve() was not found | waitsForAll:10 [async] < <module>:13 < root
  PENDING waitsForAll:10 | task and 1 more | <module>:13 [async] < root
*/
