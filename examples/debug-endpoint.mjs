// The wait graph and the pending tasks of a server over HTTP: a Fastify app with two requests that wait for each
// other for ever, and what its debug endpoint says of them. In a browser, /debug/async is a page.
//   node examples/debug-endpoint.mjs         asks the endpoint itself, prints what it gets and ends
//   node examples/debug-endpoint.mjs serve   goes on serving, for a browser
import { get } from 'node:http'
import { json } from 'node:stream/consumers'
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
  #held = Promise.resolve()
  acquire() {
    const before = this.#held
    let release
    this.#held = new Promise((resolve) => {
      release = resolve
    })
    return before.then(() => release)
  }
}
const locks = { alice: new Lock(), bob: new Lock() }

async function transfer(from, to) {
  setTaskName(`transfer from ${from} to ${to}`)
  const releaseFrom = await locks[from].acquire()
  await new Promise((resolve) => setTimeout(resolve, 300))
  const releaseTo = await locks[to].acquire()
  releaseTo()
  releaseFrom()
}

app.post('/transfer/:from/:to', async ({ params }) => {
  await transfer(params.from, params.to)
  return 'done'
})

const url = await app.listen({ port: 0, host: '127.0.0.1' })
const requests = new AbortController()
for (const path of ['/transfer/alice/bob', '/transfer/bob/alice']) {
  fetch(url + path, { method: 'POST', signal: requests.signal }).catch(() => {})
  await new Promise((resolve) => setTimeout(resolve, 100))
}
await new Promise((resolve) => setTimeout(resolve, 500))

if (process.argv[2] === 'serve') console.log(`${url}/debug/async`)
else {
  console.log('GET /debug/async/tasks\n')
  get(`${url}/debug/async/tasks`, async (response) => {
    const { tasks } = await json(response)
    const lines = tasks.map(({ task, state, currentFrame: { line, source } }) => {
      return `${task.name}: ${state} at line ${line}: ${source.trim()}`
    })
    console.log(lines.sort().join('\n'))
    requests.abort()
    app.server.closeAllConnections()
    await app.close()
  })
}

/* prints:
GET /debug/async/tasks

transfer from alice to bob: PENDING at line 40: const releaseTo = await locks[to].acquire()
transfer from alice to bob: PENDING at line 46: await transfer(params.from, params.to)
transfer from bob to alice: PENDING at line 40: const releaseTo = await locks[to].acquire()
transfer from bob to alice: PENDING at line 46: await transfer(params.from, params.to)
*/
