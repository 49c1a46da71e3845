// A parser of csv-parse whose records nobody reads: pipeline() never settles.
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parse } from 'csv-parse'
import { hangs } from './hangs.mjs'

const lines = Array.from({ length: 5000 }, (_, i) => `${i},name ${i}\n`)
const parser = parse()
let records = 0
parser.on('end', () => {
  records++
})
async function importFile() {
  await pipeline(Readable.from(lines), parser)
}
setTimeout(hangs, 300)
await importFile()

/* memory:
1 task pending.

1 task waits for end of Parser, whose buffer is full, and nothing reads from it
  importFile() csv-unread.mjs:14 ← <module> csv-unread.mjs:17
*/

/* records:
1 task pending.

1 task waits for end of Parser, whose buffer is full, and nothing reads from it
  importFile() csv-unread.mjs:14 ← <module> csv-unread.mjs:17
*/
