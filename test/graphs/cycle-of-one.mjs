// A function that awaits its own promise.
import { show } from './show.mjs'
const tick = () => new Promise(setImmediate)
let own
async function self() {
  await tick()
  await own
}
own = self()
show({ stacks: { own } })

/* waits:
graph
self:7
  await -> self:7
deadlock: self:7
stack of own
  self:7
    self:7 (cycle)
*/
