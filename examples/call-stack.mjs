// Who waits for a promise, and for them, and so on: through Promise.all, .then and async generators.
//   node examples/call-stack.mjs
import { printCallStack } from 'async-trace'

let answer
const query = new Promise((resolve) => {
  answer = resolve
})

async function* rows() {
  yield await query
}

async function load() {
  for await (const row of rows()) return row
}

async function page() {
  await Promise.all([load().then((row) => row * 2), null])
}

async function audit() {
  await query
}

page()
audit()
printCallStack({ promise: query })
answer(21)

/* prints:
* Promise
  + Awaited by:
     * Task(name='Task-2', id=2)
        + Call stack:
        | * async generator rows()
        |   examples/call-stack.mjs:11:3
        | * async load()
        |   examples/call-stack.mjs:15:20
        + Awaited by:
           * Task(name='Task-3', id=3)
              + Call stack:
              | * async Promise.all (index 0)
              | * async page()
              |   examples/call-stack.mjs:19:3
     * Task(name='Task-4', id=4)
        + Call stack:
        | * async audit()
        |   examples/call-stack.mjs:23:3
*/
