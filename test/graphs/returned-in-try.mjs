// Returned inside try, catch and finally: a catch does not see the promise, and a finally that returns replaces it.
import { never, show } from './show.mjs'

async function fetches() {
  await never()
}
async function fails() {
  await null
  throw new Error('no')
}
async function inTry() {
  try {
    return fetches()
  } catch {
    return null
  }
}
async function inCatch() {
  try {
    await fails()
  } catch {
    return fetches()
  }
}
async function inFinally() {
  try {
    return fetches()
  } finally {
    await null
  }
}
const other = never()
async function replaces() {
  try {
    return fetches()
  } finally {
    // biome-ignore lint/correctness/noUnsafeFinally: the promise of the call must not be taken for the returned one.
    return other
  }
}
async function waits(call) {
  await call()
}
waits(inTry)
waits(inCatch)
waits(inFinally)
waits(replaces)
show()

/* waits:
graph
fetches:5 ×4
  await -> (unresolved promise; its resolve() was not found)
waits:42 call returned
  await -> (unresolved promise; its resolve() was not found)
waits:42 inCatch:22 returned
  await -> fetches:5
waits:42 inFinally:27 returned
  await -> fetches:5
waits:42 inTry:13 returned
  await -> fetches:5
*/
