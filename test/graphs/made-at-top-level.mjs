// Promises that the main module's top level made by hand, and that functions await after they were resumed once.
import { hold, never, show } from './show.mjs'

const tick = () => new Promise(setImmediate)
const first = hold(new Promise(() => {}))
const last = hold(new Promise(() => {}))
async function one() {
  await null
  await first
}
async function two() {
  await tick()
  await last
}
async function three() {
  await tick()
  await never()
}
one()
two()
three()
show({ stacks: { first, last } })
await new Promise((resolve) => setTimeout(resolve, 900_000))

/* waits:
graph
<module>:23
  await -> (timer: setTimeout 900000 ms)
one:9
  await -> (unresolved promise; its resolve() was not found)
three:17
  await -> (unresolved promise; its resolve() was not found)
two:13
  await -> (unresolved promise; its resolve() was not found)
stack of first
  (promise)
    one:9
stack of last
  (promise)
    two:13
*/
