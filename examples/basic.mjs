// Where did this code come from? One import, one call.
import { printTrace } from 'async-trace'

async function worker() {
  await null
  printTrace()
}

async function main() {
  await worker()
}

await main()

/* prints:
↑ worker() at line 6 [examples/basic.mjs]
  ↑ main() at line 10 [examples/basic.mjs]
    ↑ <module> at line 13 [examples/basic.mjs]
      ↑ Task-1
*/
