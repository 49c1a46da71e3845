// stream/promises: a pipeline whose source gives nothing.

import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { hold, show } from './show.mjs'

async function waits() {
  await pipeline(hold(new PassThrough()), new PassThrough())
}
waits()
show()

/* waits:
graph
waits:8
  await -> (event: end of PassThrough)
*/
