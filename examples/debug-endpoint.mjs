// The wait graph and the pending tasks of a server over HTTP: a Fastify app with two requests that wait for each
// other for ever, and what its debug endpoint says of them. In a browser, /debug/async is a page.
//   node examples/debug-endpoint.mjs         asks the endpoint itself, prints what it gets and ends
//   node examples/debug-endpoint.mjs serve   goes on serving, for a browser
import http from 'node:http'
import { setTaskName } from 'async-trace'
import { debugHandler } from 'async-trace/http'
import fastify from 'fastify'

const app = fastify()

// The whole of the mounting. Only this machine may ask, unless `allow` says otherwise.
const debug = debugHandler({ path: '/debug/async' })
const answer = (request, reply) => {
  reply.hijack()
  debug(request.raw, reply.raw)
}
app.get('/debug/async', answer)
app.get('/debug/async/*', answer)

// An app that gets stuck: each transfer takes its two locks in its own order.
class Lock {
  isHeld = false
  waiting = []
  async acquire() {
    if (this.isHeld) await new Promise((resolve) => this.waiting.push(resolve))
    this.isHeld = true
    return () => {
      this.isHeld = false
      this.waiting.shift()?.()
    }
  }
}
const pause = () => new Promise((resolve) => setTimeout(resolve, 5))
const locks = { alice: new Lock(), bob: new Lock() }

async function transfer(from, to) {
  const releaseFrom = await locks[from].acquire()
  setTaskName(`transfer from ${from} to ${to}`)
  while (!locks[to].isHeld) await pause()
  const releaseTo = await locks[to].acquire()
  releaseTo()
  releaseFrom()
}

app.post('/transfer/:from/:to', async ({ params }) => {
  await transfer(params.from, params.to)
  return 'done'
})

const url = await app.listen({ port: 0, host: '127.0.0.1' })
for (const path of ['/transfer/alice/bob', '/transfer/bob/alice']) {
  http
    .request(url + path, { method: 'POST' })
    .on('error', () => {})
    .end()
  await new Promise((resolve) => setTimeout(resolve, 100))
}
while (!locks.alice.waiting.length || !locks.bob.waiting.length) await pause()
// Requests that have just begun are no news.
await new Promise((resolve) => setTimeout(resolve, 1000))

if (process.argv[2] === 'serve') console.log(`${url}/debug/async`)
else {
  const tree = await ask('/debug/async/graph?format=tree&heap=1')
  // Ids are given when somebody looks, ports by the system; these and times differ from run to run. The last line of the
  // summary is about our own question: it is listed once it is a second old.
  const varying =
    / \(Task-\d+\)|(?<=127\.0\.0\.1):\d+|, for [\d.]+ m?s$|^1 (?:outgoing )?HTTP request (?:without|in progress).*\n/gm
  console.log(`GET /debug/async/graph?format=tree&heap=1\n\n${tree.replace(varying, '')}`)
  console.log('GET /debug/async/tasks\n')
  const { tasks } = JSON.parse(await ask('/debug/async/tasks'))
  tasks.sort((a, b) => a.task.createdAtMs - b.task.createdAtMs)
  for (const { task, state, currentFrame, waitingOn } of tasks.filter(({ task }) => task.name.startsWith('transfer'))) {
    const { line, source } = currentFrame
    console.log(`${task.name}: ${state} at line ${line}: ${source.trim()} (waits for a ${waitingOn.kind})`)
  }
  app.server.closeAllConnections()
  await app.close()
}

async function ask(path) {
  return (await fetch(url + path)).text()
}

/* prints:
GET /debug/async/graph?format=tree&heap=1

2 HTTP requests unanswered:
  POST /transfer/alice/bob, sent by this process itself
  POST /transfer/bob/alice, sent by this process itself

Task-1 <module>
│  <module> examples/debug-endpoint.mjs:65:16
│  ask() examples/debug-endpoint.mjs:83:11
└─ socket 127.0.0.1

transfer from alice to bob <anonymous>
│  <anonymous> examples/debug-endpoint.mjs:47:3
│  transfer() examples/debug-endpoint.mjs:41:21
│  Lock.acquire() examples/debug-endpoint.mjs:26:22
└─ unresolved promise; its resolve() is stored in Lock.waiting
      made by Lock.acquire() examples/debug-endpoint.mjs:26:22

transfer from bob to alice <anonymous>
│  <anonymous> examples/debug-endpoint.mjs:47:3
│  transfer() examples/debug-endpoint.mjs:41:21
│  Lock.acquire() examples/debug-endpoint.mjs:26:22
└─ unresolved promise; its resolve() is stored in Lock.waiting
      made by Lock.acquire() examples/debug-endpoint.mjs:26:22

GET /debug/async/tasks

transfer from alice to bob: PENDING at line 26: if (this.isHeld) await new Promise((resolve) => this.waiting.push(resolve)) (waits for a promise)
transfer from bob to alice: PENDING at line 26: if (this.isHeld) await new Promise((resolve) => this.waiting.push(resolve)) (waits for a promise)
*/
