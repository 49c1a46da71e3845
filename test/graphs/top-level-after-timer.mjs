// The main module waits after it has been resumed, with promises made by hand before.
import { never, show } from './show.mjs'

const kept = never()
await new Promise(setImmediate)
show({ stacks: { kept } })
await kept

/* waits:
graph
<module>:7
  await -> (unresolved promise; its resolve() was not found)
stack of kept
  (promise)
    <module>:7
*/
