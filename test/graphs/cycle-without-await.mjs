// Two functions that returned each other's promise: V8's own walk would never end here.
import { show } from './show.mjs'

const tick = () => new Promise(setImmediate)
let pa, pb
async function a() {
  await tick()
  return pb
}
async function b() {
  await tick()
  return pa
}
pa = a()
pb = b()
async function waits() {
  await pa
}
waits()
show({ stacks: { pa } })

/* waits:
graph
(promise)
  resolved with another promise -> (promise)
waits:17
  await -> (promise)
deadlock: (promise)
stack of pa
  (promise)
    waits:17
    (promise) (cycle)
*/
