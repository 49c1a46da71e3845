// Several functions wait for one that has returned, several have returned one promise, and a promise made by hand was
// resolved with it.
import { never, show } from './show.mjs'

async function fetches() {
  await never()
}
async function reports() {
  return fetches()
}
const report = reports()
async function waits() {
  await report
}
waits()
waits()

const fetched = fetches()
async function cached() {
  await null
  return fetched
}
async function awaitsCached() {
  await cached()
}
awaitsCached()
awaitsCached()

async function byHand() {
  await new Promise((resolve) => resolve(fetches()))
}
byHand()
async function lists() {
  const made = new Promise(() => {})
  const first = reports()
  const second = reports()
  await Promise.all([first, second, made])
}
lists()
show({ tasks: true })

/* waits:
graph
awaitsCached:24 cached returned ×2
  await -> fetches:6
byHand:30
  resolved with another promise -> fetches:6
fetches:6 ×2
  await -> (unresolved promise; its resolve() was not found)
lists:37
  Promise.all (index 0) -> reports:9 returned fetches:6
  Promise.all (index 1) -> reports:9 returned fetches:6
  Promise.all (index 2) -> (unresolved promise; its resolve() was not found)
reports:9 returned fetches:6 ×3
  await -> (unresolved promise; its resolve() was not found)
waits:13 ×2
  await -> reports:9 returned fetches:6
tasks
  PENDING awaitsCached:24 cached returned | task | <module>:26 [async] < root
  PENDING awaitsCached:24 cached returned | task | <module>:27 [async] < root
  PENDING byHand:30 | task | <module>:32 [async] < root
  PENDING fetches:6 | unresolved promise; its resolve() was not found | <anonymous>:30 [async] < byHand:30 < <module>:32 < root
  PENDING fetches:6 | unresolved promise; its resolve() was not found | <module>:18 [async] < root
  PENDING lists:37 | task and 2 more | <module>:39 [async] < root
  PENDING reports:9 returned fetches:6 | unresolved promise; its resolve() was not found | reports:9 [async] < <module>:11 < root
  PENDING reports:9 returned fetches:6 | unresolved promise; its resolve() was not found | reports:9 [async] < lists:35 < <module>:39 < root
  PENDING reports:9 returned fetches:6 | unresolved promise; its resolve() was not found | reports:9 [async] < lists:36 < <module>:39 < root
  PENDING waits:13 | task | <module>:15 [async] < root
  PENDING waits:13 | task | <module>:16 [async] < root
*/
