// A callback API as a promise.

import { promisify } from 'node:util'
import { show } from './show.mjs'

const wait = promisify((ms, done) => setTimeout(done, ms))
async function waits() {
  await wait(960_000)
}
waits()
show()

/* waits:
graph
waits:8
  await -> (timer: setTimeout 960000 ms)
*/
