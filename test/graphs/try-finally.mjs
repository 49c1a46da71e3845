// In try, catch and finally.
import { never, show } from './show.mjs'

const gone = never()
async function inCatch() {
  try {
    await Promise.reject(new Error('expected'))
  } catch {
    await gone
  }
}
async function inFinally() {
  try {
    await null
  } finally {
    await gone
  }
}
inCatch()
inFinally()
show()

/* waits:
graph
inCatch:9
  await -> (unresolved promise; its resolve() was not found)
inFinally:16
  await -> (unresolved promise; its resolve() was not found)
*/
