// Messages between threads: a worker's handler shows who posted, and the answer's shows the worker's path.
import { once } from 'node:events'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { collectAsyncTrace, printAsyncTrace, printTrace } from 'async-trace'

// --- in the worker

function inWorker() {
  parentPort.once('message', (words) => {
    count(words)
  })
}

async function count(words) {
  await null
  printTrace()
  parentPort.postMessage(words.length)
}

// --- in the main thread

async function inMain() {
  const worker = new Worker(new URL(import.meta.url))
  askFor(worker, ['one', 'two'])
  let answer
  worker.on('message', () => {
    answer = collectAsyncTrace()
  })
  await once(worker, 'exit')
  console.log()
  printAsyncTrace(answer)
}

function askFor(worker, words) {
  setTimeout(() => worker.postMessage(words), 1)
}

if (isMainThread) await inMain()
else inWorker()

/* prints:
↑ count() at line 16 [examples/threads.mjs]
  ↑ <anonymous> at line 10 [examples/threads.mjs] [ASYNC]
    ↑ <anonymous> at line 35 [examples/threads.mjs] [WORKER]
      ↑ askFor() at line 35 [examples/threads.mjs] [TIMEOUT]
        ↑ inMain() at line 24 [examples/threads.mjs]
          ↑ <module> at line 38 [examples/threads.mjs]
            ↑ Task-1

↑ <anonymous> at line 27 [examples/threads.mjs]
  ↑ count() at line 17 [examples/threads.mjs] [WORKER]
    ↑ <anonymous> at line 10 [examples/threads.mjs] [ASYNC]
      ↑ <anonymous> at line 35 [examples/threads.mjs] [WORKER]
        ↑ askFor() at line 35 [examples/threads.mjs] [TIMEOUT]
          ↑ inMain() at line 24 [examples/threads.mjs]
            ↑ <module> at line 38 [examples/threads.mjs]
              ↑ Task-1
*/
