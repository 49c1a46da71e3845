// A promise made by hand before the function awaits something else: it is not taken for the function's own.
import { never, show } from './show.mjs'

const gone = never()
function defer() {
  const deferred = {}
  deferred.promise = new Promise((resolve) => {
    deferred.resolve = resolve
  })
  return deferred
}
const kept = []
async function inner() {
  kept.push(defer())
  await gone
}
async function outer() {
  kept.push(defer())
  await inner()
}
const po = outer()
async function other() {
  await kept[0].promise
}
other()
show({ stacks: { gone, po } })

/* waits:
graph
other:23
  await -> (unresolved promise; its resolve() is stored in the variable kept)
outer:19 inner:15
  await -> (unresolved promise; its resolve() was not found)
stack of gone
  (promise)
    inner:15 < outer:19
stack of po
  inner:15 < outer:19
*/
