// The main module itself waits.
import { never, show } from './show.mjs'

async function load() {
  await never()
}
show({ tasks: true })
await load()

/* waits:
graph
<module>:8 load:5
  await -> (unresolved promise; its resolve() was not found)
tasks
  PENDING <module>:8 load:5 | unresolved promise; its resolve() was not found | root
*/
