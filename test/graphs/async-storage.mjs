// AsyncLocalStorage and AsyncResource change nothing.
import { never, show } from './show.mjs'
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
const storage = new AsyncLocalStorage()
const gone = never()
async function inner() {
  await gone
}
async function outer() {
  await inner()
}
storage.run(1, outer)
new AsyncResource('Job').runInAsyncScope(outer)
show()

/* waits:
graph
outer:10 inner:7 ×2
  await -> (promise)
*/
