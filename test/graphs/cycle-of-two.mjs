// Two functions that await each other.
import { show } from './show.mjs'

const tick = () => new Promise(setImmediate)
let pa, pb
async function a() {
  await tick()
  await pb
}
async function b() {
  await tick()
  await pa
}
pa = a()
pb = b()
show({ stacks: { pa }, tasks: true })

/* waits:
graph
a:8
  await -> b:12
b:12
  await -> a:8
deadlock: a:8 -> b:12
tasks
  PENDING a:8 | task | <module>:14 [async] < root
  PENDING b:12 | task | <module>:15 [async] < root
stack of pa
  a:8
    b:12
      a:8 (cycle)
*/
