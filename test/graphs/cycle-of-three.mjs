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
a:7
  await -> b:11
b:11
  await -> c:15
c:15
  await -> a:7
outside:21
  await -> b:11
deadlock: a:7 -> b:11 -> c:15
*/
