// A job of a limiter that gives the limiter jobs and waits for them: once it is full, none of them begins.
import pLimit from 'p-limit'
import { hangs } from './hangs.mjs'

const limit = pLimit(2)
let begun = 0
async function load(page) {
  await null
  return page
}
async function crawl(page) {
  await load(page)
  if (++begun === 2) hangs()
  return Promise.all([page * 2, page * 2 + 1].map((next) => limit(() => load(next))))
}
await Promise.all([1, 2, 3].map((page) => limit(() => crawl(page))))

/* memory:
3 tasks pending.

2 deadlocks:
  1, 2. run() index.js → promise → a turn of pLimit (2 of 2 in use) → run()
3 tasks wait for a turn of pLimit (2 of 2 in use), p-limit
  2 × run() index.js
  <module> limit-in-limit.mjs:16
  in use: 2 by run() index.js, which itself waits for it
*/

/* records:
3 tasks pending.

2 deadlocks:
  1. Task-N run() index.js → promise → a turn of pLimit (2 of 2 in use) → Task-N
  2. Task-N run() index.js → promise → a turn of pLimit (2 of 2 in use) → Task-N
3 tasks wait for a turn of pLimit (2 of 2 in use), p-limit
  2 × run() index.js
  <module> limit-in-limit.mjs:16
  in use: 2 by run() index.js, which itself waits for it
*/
