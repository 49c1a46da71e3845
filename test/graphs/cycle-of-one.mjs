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
self:8
  await -> self:8
deadlock: self:8
stack of own
  self:8
    self:8 (cycle)
*/
