// An emitter that has closed emits nothing any more.
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { PassThrough, Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { hold, show } from './show.mjs'

const lines = hold(createInterface({ input: Readable.from(['1\n']) }))
const destroyed = hold(new PassThrough())
const open = hold(new PassThrough())
async function late() {
  await once(lines, 'close')
}
async function drains() {
  await once(destroyed, 'drain')
}
async function reads() {
  await once(open, 'data')
}
async function ends() {
  await finished(open)
}
lines.on('close', () => {
  destroyed.on('close', () => {
    late()
    drains()
    reads()
    ends()
    show()
  })
  destroyed.destroy()
})

/* waits:
graph
drains:15
  await -> (event: event 'drain' of PassThrough, which has closed already)
ends:21
  await -> (event: end of PassThrough)
late:12
  await -> (event: event 'close' of Interface, which has closed already)
reads:18
  await -> (event: event 'data' of PassThrough)
*/
