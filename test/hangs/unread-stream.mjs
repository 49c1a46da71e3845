// The last stream of a pipeline can be read from, and nothing does: once its buffer is full, the pipeline stands still.
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { hangs } from './hangs.mjs'

const lines = Array.from({ length: 100 }, (_, i) => `${i},name\n`)
class Parser extends Transform {
  constructor() {
    super({ objectMode: true })
  }
  _transform(line, _, callback) {
    callback(null, String(line).split(','))
  }
}
async function load() {
  await pipeline(Readable.from(lines), new Parser())
}
setTimeout(hangs, 200)
await load()

/* memory:
1 task pending.

1 task waits for end of Parser, whose buffer is full, and nothing reads from it
  load() unread-stream.mjs:16 ← <module> unread-stream.mjs:19
*/

/* records:
1 task pending.

1 task waits for end of Parser, whose buffer is full, and nothing reads from it
  load() unread-stream.mjs:16 ← <module> unread-stream.mjs:19
*/
