// stream/promises: a pipeline whose source gives nothing.
import { hold, show } from './show.mjs'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
async function waits() {
  await pipeline(hold(new PassThrough()), new PassThrough())
}
waits()
show()

/* waits:
graph
waits:6
  await -> (event: event 'pipeline' of PassThrough)
*/
