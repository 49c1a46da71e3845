// A ring through .then.
import { show } from './show.mjs'
const tick = () => new Promise(setImmediate)
let pa
async function b() {
  await tick()
  await pa
}
const derived = b().then(() => 1)
async function a() {
  await derived
}
pa = a()
show()

/* waits:
graph
a:11
  then -> b:7
b:7
  await -> a:11
deadlock: a:11 -> b:7
*/
