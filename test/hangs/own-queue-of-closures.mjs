// Functions that share a list of resolvers; one that has its turn waits for another turn.
import { hangs } from './hangs.mjs'

const waiting = []
let free = 1
async function enter() {
  if (free > 0) {
    free--
    return
  }
  await new Promise((resolve) => waiting.push(resolve))
}
function leave() {
  const next = waiting.shift()
  if (next) next()
  else free++
}
async function part() {
  await enter()
  leave()
}
async function whole() {
  await enter()
  await part()
  leave()
}
hangs()
await Promise.all([whole(), part()])

/* memory:
3 tasks pending.

1 deadlock:
  1. whole() own-queue-of-closures.mjs:24, in enter() own-queue-of-closures.mjs:11 → a turn of waiting → whole()
2 tasks wait for a turn of waiting
  enter() own-queue-of-closures.mjs:11 ← part() own-queue-of-closures.mjs:19
  enter() own-queue-of-closures.mjs:11 ← whole() own-queue-of-closures.mjs:24
  in use: 1 by enter() own-queue-of-closures.mjs:11 ← whole() own-queue-of-closures.mjs:24, which itself waits for it
*/

/* records:
3 tasks pending.

1 deadlock:
  1. Task-N whole() own-queue-of-closures.mjs:24, in enter() own-queue-of-closures.mjs:11 → a turn of waiting → Task-N
2 tasks wait for a turn of waiting
  enter() own-queue-of-closures.mjs:11 ← part() own-queue-of-closures.mjs:19
  enter() own-queue-of-closures.mjs:11 ← whole() own-queue-of-closures.mjs:24
  in use: 1 by enter() own-queue-of-closures.mjs:11 ← whole() own-queue-of-closures.mjs:24, which itself waits for it
*/
