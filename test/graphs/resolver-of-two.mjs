// Two suspended functions hold one resolver, any of them may call it: both are named, and no edge is drawn.
import { never, show } from './show.mjs'

async function one(settle) {
  await never()
  settle()
}
async function other(settle) {
  await never()
  settle()
}
async function waits() {
  await new Promise((resolve) => {
    one(resolve)
    other(resolve)
  })
}
waits()
show()

/* waits:
graph
one:5
  await -> (unresolved promise; its resolve() was not found)
other:9
  await -> (unresolved promise; its resolve() was not found)
waits:13
  await -> (unresolved promise; its resolve() is held by one() and other() only)
*/
