// A path that repeats is stored once and printed once, however long the loop runs.
import { printTrace } from 'async-trace'

let beats = 0

function heartbeat() {
  if (++beats === 1000) printTrace()
  else setTimeout(heartbeat, 0)
}

heartbeat()

/* prints:
↑ heartbeat() at line 7 [examples/loops.mjs]
  ↑ heartbeat() at line 8 [examples/loops.mjs] [TIMEOUT] ×999
    ↑ <module> at line 11 [examples/loops.mjs]
      ↑ Task-1
*/
