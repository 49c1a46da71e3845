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
a:12
  Promise.all (index 0) -> b:8
b:8
  await -> a:12
deadlock: a:12 -> b:8
*/
