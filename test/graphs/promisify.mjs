// A callback API as a promise.
import { show } from './show.mjs'
import { promisify } from 'node:util'
const wait = promisify((ms, done) => setTimeout(done, ms))
async function waits() {
  await wait(60_000)
}
waits()
show()

/* waits:
graph
waits:6
  await -> (timer: setTimeout 60000 ms)
*/
