// Whoever listens to the lines of a stream after an await has missed them, and its end.
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { hangs } from './hangs.mjs'

async function total(input) {
  const lines = createInterface({ input })
  await sleep(50)
  let sum = 0
  lines.on('line', (line) => {
    sum += Number(line)
  })
  await once(lines, 'close')
  return sum
}
setTimeout(hangs, 200)
await total(Readable.from(['1\n', '2\n']))

/* memory:
1 task pending.

1 task waits for something that can no longer happen: event 'close' of Interface, which has closed already: nothing emits it any more
  total() late-listener.mjs:15 ← <module> late-listener.mjs:19
*/

/* records:
1 task pending.

1 function will never continue: nothing can settle what it waits for
  total() late-listener.mjs:15

Waiting for:
  <module> late-listener.mjs:19: unresolved promise; its resolve() was not found
*/
