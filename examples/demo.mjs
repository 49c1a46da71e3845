// npm run demo: a Fastify server handles one request through nested async functions, a timer, a .then, a
// native callback and a call that nobody awaits; at the bottom of it all the code prints its own path.
import { readFile } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { printTrace } from 'async-trace'
import Fastify from 'fastify'

const app = Fastify()
let audited
const audit = new Promise((resolve) => {
  audited = resolve
})

app.get('/orders/:id', async (request) => {
  const order = await loadOrder(request.params.id)
  return order
})

async function loadOrder(id) {
  const order = await queryOrder(id)
  void notify(order) // nobody awaits this call
  return order
}

async function queryOrder(id) {
  await new Promise((resolve) => setTimeout(resolve, 2))
  return { id }
}

async function notify(order) {
  await retry(() => sendMail(order))
}

async function retry(attempt) {
  await attempt()
}

async function sendMail(order) {
  await null
  setTimeout(function onTimer() {
    template().then(function render(text) {
      log(`order ${order.id}: ${text.length} characters`)
    })
  }, 5)
}

function template() {
  return new Promise((resolve) => {
    readFile(fileURLToPath(import.meta.url), 'utf8', (_error, text) => resolve(text.slice(0, 100)))
  })
}

function log(message) {
  readFile(fileURLToPath(import.meta.url), function onRead() {
    console.log(`\n${message}. How did we get here?\n`)
    printTrace()
    audited()
  })
}

const address = await app.listen({ port: 0, host: '127.0.0.1' })
const response = await fetch(`${address}/orders/42`)
console.log(`GET /orders/42 → ${response.status} ${await response.text()}`)
await audit
await app.close()

/* prints:
GET /orders/42 → 200 {"id":"42"}

order 42: 100 characters. How did we get here?

↑ onRead() at line 56 [examples/demo.mjs]
  ↑ log() at line 54 [examples/demo.mjs] [CALLBACK]
    ↑ render() at line 42 [examples/demo.mjs]
      ↑ onTimer() at line 41 [examples/demo.mjs] [THEN]
        ↑ sendMail() at line 40 [examples/demo.mjs] [TIMEOUT]
          ↑ <anonymous> at line 31 [examples/demo.mjs]
            ↑ retry() at line 35 [examples/demo.mjs]
              ↑ notify() at line 31 [examples/demo.mjs]
                ↑ loadOrder() at line 21 [examples/demo.mjs] [ASYNC]
                  ↑ <anonymous> at line 15 [examples/demo.mjs]
                    ↑ … 8 functions of fastify [ASYNC]
                      ↑ Router.callHandler() at line 614 [node_modules/find-my-way/index.js]
                        ↑ Router.lookup() at line 592 [node_modules/find-my-way/index.js]
                        ↑ … 5 functions of fastify [CALLBACK] [THEN]
                        ↑ <module> at line 61 [examples/demo.mjs]
                        ↑ Task-1
*/
