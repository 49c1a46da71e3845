// Callbacks of .then that returned a promise: plain ones, an async one, and one that calls and forgets.
import { never, show } from './show.mjs'

async function fetches() {
  await never()
}
const gone = never()
async function plain() {
  await Promise.resolve().then(() => fetches())
}
async function asynchronous() {
  await Promise.resolve().then(async () => fetches())
}
async function named() {
  const onValue = (value) => {
    if (value === null) return fetches()
  }
  await Promise.resolve(null).then(onValue)
}
async function forgets() {
  await Promise.resolve().then(() => {
    fetches()
    return gone
  })
}
plain()
asynchronous()
named()
forgets()
show()

/* waits:
graph
<anonymous>:12 returned fetches:5
  await -> (unresolved promise; its resolve() was not found)
asynchronous:12
  resolved with another promise -> <anonymous>:12 returned fetches:5
fetches:5 ×3
  await -> (unresolved promise; its resolve() was not found)
forgets:21
  await -> (unresolved promise; its resolve() was not found)
named:18 onValue:16 returned
  await -> fetches:5
plain:9 <anonymous>:9 returned
  await -> fetches:5
*/
