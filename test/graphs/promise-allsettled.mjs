// Promise.allSettled: every member with its index.
import { never, show } from './show.mjs'

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
async function a() {
  await sleep(960_000)
}
async function b() {
  await never()
}
const pa = a()
async function both() {
  await Promise.allSettled([1, pa, b()])
}
both()
show({ stacks: { pa } })

/* waits:
graph
a:6
  await -> (timer: setTimeout 960000 ms)
b:9
  await -> (unresolved promise; its resolve() was not found)
both:13
  Promise.allSettled (index 1) -> a:6
  Promise.allSettled (index 2) -> b:9
stack of pa
  a:6
    Promise.allSettled (index 1) < both:13
*/
