// Tasks that run side by side: each knows the very call that started it.
import { printTrace } from 'async-trace'

async function download(url) {
  await new Promise((resolve) => setTimeout(resolve, url.length))
  console.log(url)
  printTrace()
}

async function downloadAll() {
  await Promise.all([download('/a'), download('/longer'), ...['/from/a/map'].map((url) => download(url))])
}

await downloadAll()

/* prints:
/a
↑ download() at line 7 [examples/parallel-tasks.mjs]
  ↑ downloadAll() at line 11 [examples/parallel-tasks.mjs] [ASYNC]
    ↑ <module> at line 14 [examples/parallel-tasks.mjs]
      ↑ Task-1
/longer
↑ download() at line 7 [examples/parallel-tasks.mjs]
  ↑ downloadAll() at line 11 [examples/parallel-tasks.mjs] [ASYNC]
    ↑ <module> at line 14 [examples/parallel-tasks.mjs]
      ↑ Task-1
/from/a/map
↑ download() at line 7 [examples/parallel-tasks.mjs]
  ↑ <anonymous> at line 11 [examples/parallel-tasks.mjs] [ASYNC]
    ↑ downloadAll() at line 11 [examples/parallel-tasks.mjs]
      ↑ <module> at line 14 [examples/parallel-tasks.mjs]
        ↑ Task-1
*/
