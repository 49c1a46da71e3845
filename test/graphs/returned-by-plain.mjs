// Plain functions that returned the promise to their caller: arrows, methods, and what cannot be told.
import { never, show } from './show.mjs'

async function fetches() {
  await never()
}
const arrow = () => fetches()
class Store {
  #client = { fetch: (id) => fetches(id) }
  find(id) {
    return this.#client.fetch(id)
  }
  async load(id) {
    return this.find(id)
  }
  static open() {
    return new Store()
  }
}
const gone = never()
function forgets() {
  fetches()
  return gone
}
function stores() {
  const promise = fetches()
  return promise
}
async function awaitsArrow() {
  await arrow()
}
async function awaitsMethod() {
  await Store.open().find(1)
}
async function awaitsAsyncMethod() {
  await Store.open().load(1)
}
async function awaitsForgets() {
  await forgets()
}
async function awaitsStores() {
  await stores()
}
awaitsArrow()
awaitsMethod()
awaitsAsyncMethod()
awaitsForgets()
awaitsStores()
show({ tasks: true })

/* waits:
graph
awaitsArrow:30 arrow:7 returned fetches:5
  await -> (unresolved promise; its resolve() was not found)
awaitsAsyncMethod:36 Store.load:14 returned Store.find:11 returned fetch:9 returned
  await -> fetches:5
awaitsForgets:39
  await -> (unresolved promise; its resolve() was not found)
awaitsMethod:33 Store.find:11 returned fetch:9 returned fetches:5
  await -> (unresolved promise; its resolve() was not found)
awaitsStores:42 fetches:5
  await -> (unresolved promise; its resolve() was not found)
fetches:5 ×2
  await -> (unresolved promise; its resolve() was not found)
tasks
  PENDING awaitsArrow:30 arrow:7 returned fetches:5 | unresolved promise; its resolve() was not found | <module>:44 [async] < root
  PENDING awaitsAsyncMethod:36 Store.load:14 returned Store.find:11 returned fetch:9 returned | task | <module>:46 [async] < root
  PENDING awaitsForgets:39 | unresolved promise; its resolve() was not found | 
  PENDING awaitsMethod:33 Store.find:11 returned fetch:9 returned fetches:5 | unresolved promise; its resolve() was not found | <module>:45 [async] < root
  PENDING awaitsStores:42 fetches:5 | unresolved promise; its resolve() was not found | <module>:48 [async] < root
  PENDING fetches:5 | unresolved promise; its resolve() was not found | <module>:47 [async] < root
  PENDING fetches:5 | unresolved promise; its resolve() was not found | fetch:9 [async] < Store.find:11 < Store.load:14 < awaitsAsyncMethod:36 < <module>:46 < root
*/
