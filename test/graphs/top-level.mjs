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
  await -> (promise)
tasks
  PENDING <module>:8 load:5 | promise | root
*/
