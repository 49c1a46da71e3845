// A program that hangs: where each task is suspended, and what it waits for at the bottom.
//   node examples/stuck.mjs
// The same for a program that runs already:
//   node --import async-trace/register app.js, then Ctrl-\ or kill -QUIT <its pid>
import { once } from 'node:events'
import { createServer } from 'node:net'
import { formatTasks, getTasks } from 'async-trace'

const server = createServer().listen(0, '127.0.0.1')
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function retry() {
  await sleep(60_000)
}

async function sendMail() {
  await retry()
}

async function shutDown() {
  await once(server, 'close')
}

async function main() {
  await Promise.all([sendMail(), shutDown()])
}

main()
await once(server, 'listening')

const dump = await getTasks({ includeStacks: true })
console.log(
  formatTasks(dump)
    .replace(/^Process.*\n/, '')
    .replace(/paused [^,]+/, 'paused …')
    .replace(/[\d.]+ m?s old/g, '… old')
    .replace(/, [^,]+ remaining/, ', … remaining')
    .replace(/:\d{4,5}\b/g, ':…'),
)
process.exit()

/* prints:

Thread 0 (main): answered, paused …, 4 tasks (1 running, 3 pending)

  RUNNING, … old: Task-1
      in          <module> examples/stuck.mjs:31:20  │ const dump = await getTasks({ includeStacks: true })

  PENDING, … old: Task-2
      in          sendMail() examples/stuck.mjs:17:3  │ await retry()
                  retry() examples/stuck.mjs:13:3     │ await sleep(60_000)
      waits for   setTimeout 60000 ms, … remaining, made by <anonymous> examples/stuck.mjs:10:48
      created by  main() examples/stuck.mjs:25:22 [ASYNC]
                  <module> examples/stuck.mjs:28:1
                  Task-1

  PENDING, … old: Task-3
      in          shutDown() examples/stuck.mjs:21:3  │ await once(server, 'close')
      waits for   event 'close' of server 127.0.0.1:…
      created by  main() examples/stuck.mjs:25:34 [ASYNC]
                  <module> examples/stuck.mjs:28:1
                  Task-1

  PENDING, … old: Task-4
      in          main() examples/stuck.mjs:25:3  │ await Promise.all([sendMail(), shutDown()])
      waits for   Task-2 and 1 more, made by main() examples/stuck.mjs:25:22
      created by  <module> examples/stuck.mjs:28:1 [ASYNC]
                  Task-1
*/
