// Functions that awaited something before they returned a promise, that stored it first, or that returned a timer's.
import { never, show } from './show.mjs'

async function fetches() {
  await never()
}
async function afterAwait() {
  await null
  return fetches()
}
async function stored() {
  const promise = fetches()
  return promise
}
async function storedAfterAwait() {
  const promise = fetches()
  await null
  return promise
}
async function executor() {
  return new Promise((resolve) => setTimeout(resolve, 1e6))
}
const gone = never()
async function settledBefore() {
  await null
  return gone
}
async function unknown() {
  return gone
}
async function ended() {
  return Promise.resolve(1)
}
async function waits(call) {
  await call()
  await never()
}
waits(afterAwait)
waits(stored)
waits(storedAfterAwait)
waits(executor)
waits(settledBefore)
waits(unknown)
waits(ended)
show({ tasks: true })

/* waits:
graph
fetches:5 ×3
  await -> (unresolved promise; its resolve() was not found)
waits:35 afterAwait:9 returned
  await -> fetches:5
waits:35 call returned
  await -> (unresolved promise; its resolve() was not found)
waits:35 call returned
  await -> fetches:5
waits:35 executor:21 returned
  await -> (timer: setTimeout 1000000 ms)
waits:35 settledBefore returned
  await -> (unresolved promise; its resolve() was not found)
waits:35 storedAfterAwait returned
  await -> fetches:5
waits:36
  await -> (unresolved promise; its resolve() was not found)
tasks
  PENDING fetches:5 | unresolved promise; its resolve() was not found | afterAwait:9 [async] < waits:35 < <module>:38 [async] < root
  PENDING fetches:5 | unresolved promise; its resolve() was not found | stored:12 [async] < waits:35 < <module>:39 < root
  PENDING fetches:5 | unresolved promise; its resolve() was not found | storedAfterAwait:16 [async] < waits:35 < <module>:40 < root
  PENDING waits:35 afterAwait:9 returned | task | <module>:38 [async] < root
  PENDING waits:35 call returned | task | <module>:39 [async] < root
  PENDING waits:35 call returned | unresolved promise; its resolve() was not found | <module>:43 [async] < root
  PENDING waits:35 executor:21 returned | setTimeout 1000000 ms | <module>:41 [async] < root
  PENDING waits:35 settledBefore returned | unresolved promise; its resolve() was not found | <module>:42 [async] < root
  PENDING waits:35 storedAfterAwait returned | task | <module>:40 [async] < root
  PENDING waits:36 | unresolved promise; its resolve() was not found | <module>:44 [async] < root
*/
