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
fetchUser:5
  await -> (promise)
first:13
  await -> fetchUser:5
second:16
  await -> fetchUser:5
tasks
  PENDING fetchUser:5 | promise | <module>:18 [async] < root
  PENDING first:13 | task | <module>:18 [async] < root
  PENDING second:16 | task | <module>:19 [async] < root
*/
