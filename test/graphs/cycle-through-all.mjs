// A ring through Promise.all.
import { show } from './show.mjs'
const tick = () => new Promise(setImmediate)
let pa
async function b() {
  await tick()
  await pa
}
const pb = b()
async function a() {
  await Promise.all([pb, tick()])
}
pa = a()
show()

/* waits:
graph
a:11
  Promise.all (index 0) -> b:7
b:7
  await -> a:11
deadlock: a:11 -> b:7
*/
