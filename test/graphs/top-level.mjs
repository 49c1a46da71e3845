// The main module itself waits.
import { never, show } from './show.mjs'
async function load() {
  await never()
}
show({ tasks: true })
await load()

/* waits:
graph
<module>:7 load:4
  await -> (promise)
tasks
  PENDING <module>:7 load:4 | promise | root
*/
