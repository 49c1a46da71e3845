// V8 names no wait for a subclass of Promise, and Node's timers with a signal use one: the heap knows. What
// Node's own generator has begun is told.
import { setInterval as every, setTimeout as sleep } from 'node:timers/promises'
import { show } from './show.mjs'

class Query extends Promise {}
const { signal } = new AbortController()
const query = () => new Query((resolve) => setTimeout(resolve, 950_000))
async function awaits() {
  await query()
}
async function awaitsDerived() {
  await query().then(() => 1)
}
// The Query that it makes by hand is not what the function itself settles.
async function wraps() {
  const inner = query()
  await new Promise((resolve) => new Query((done) => Promise.prototype.then.call(inner, done)).then(resolve))
}
async function sleeps() {
  await sleep(960_000, 1, { signal })
}
async function ticks() {
  for await (const tick of every(970_000, 1, { signal })) void tick
}
async function outer() {
  await wraps()
}
awaits()
awaitsDerived()
outer()
sleeps()
sleep(980_000, 1, { signal }).then(() => {})
ticks()
show({ tasks: true })

/* waits:
graph
<then>:33
  then -> (timer: setTimeout 980000 ms)
awaits:10
  await -> (timer: setTimeout 950000 ms)
awaitsDerived:13
  await -> (timer: setTimeout 950000 ms)
outer:27 wraps:18
  await -> (timer: setTimeout 950000 ms)
sleeps:21
  await -> (timer: setTimeout 960000 ms)
ticks:24
  await -> (timer: setInterval 970000 ms)
tasks
  PENDING <then>:33 | setTimeout 980000 ms | <module>:33 [then] < root
  PENDING awaits:10 | setTimeout 950000 ms | <module>:29 [async] < root
  PENDING awaitsDerived:13 | setTimeout 950000 ms | <module>:30 [async] < root
  PENDING outer:27 wraps:18 | setTimeout 950000 ms | <module>:31 [async] < root
  PENDING sleeps:21 | setTimeout 960000 ms | <module>:32 [async] < root
  PENDING ticks:24 | setInterval 970000 ms | <module>:34 [async] < root
*/
