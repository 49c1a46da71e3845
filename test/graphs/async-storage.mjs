// AsyncLocalStorage and AsyncResource change nothing.

import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { never, show } from './show.mjs'

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
outer:12 inner:9 ×2
  await -> (unresolved promise; its resolve() was not found)
*/
