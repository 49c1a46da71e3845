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
a:12
  then -> b:8
b:8
  await -> a:12
deadlock: a:12 -> b:8
*/
