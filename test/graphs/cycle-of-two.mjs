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
a:7
  await -> b:11
b:11
  await -> a:7
deadlock: a:7 -> b:11
tasks
  PENDING a:7 | task | <module>:13 [async] < root
  PENDING b:11 | task | <module>:14 [async] < root
stack of pa
  a:7
    b:11
      a:7 (cycle)
*/
