// A cache of promises: the second caller shares the first one's call.
import { never, show } from './show.mjs'

const cache = new Map()
async function fetchUser(id) {
  await never()
  return id
}
function user(id) {
  if (!cache.has(id)) cache.set(id, fetchUser(id))
  return cache.get(id)
}
async function first() {
  await user(1)
}
async function second() {
  await user(1)
}
first()
second()
show({ tasks: true })

/* waits:
graph
fetchUser:6
  await -> (unresolved promise; its resolve() was not found)
first:14
  await -> fetchUser:6
second:17
  await -> fetchUser:6
tasks
  PENDING fetchUser:6 | unresolved promise; its resolve() was not found | user:10 [async] < first:14 < <module>:19 < root
  PENDING first:14 | task | <module>:19 [async] < root
  PENDING second:17 | task | <module>:20 [async] < root
*/
