// Three in a ring, and one that waits for them.
import { show } from './show.mjs'

const tick = () => new Promise(setImmediate)
const p = {}
async function a() {
  await tick()
  await p.b
}
async function b() {
  await tick()
  await p.c
}
async function c() {
  await tick()
  await p.a
}
p.a = a()
p.b = b()
p.c = c()
async function outside() {
  await p.b
}
outside()
show()

/* waits:
graph
a:8
  await -> b:12
b:12
  await -> c:16
c:16
  await -> a:8
outside:22
  await -> b:12
deadlock: a:8 -> b:12 -> c:16
*/
