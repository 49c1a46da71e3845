// Promise.allSettled: every member with its index.
import { never, show } from './show.mjs'
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
async function a() {
  await sleep(60_000)
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
a:5
  await -> (timer: setTimeout 60000 ms)
b:8
  await -> (promise)
both:12
  Promise.allSettled (index 1) -> a:5
  Promise.allSettled (index 2) -> b:8
stack of pa
  a:5
    Promise.allSettled (index 1) < both:12
*/
