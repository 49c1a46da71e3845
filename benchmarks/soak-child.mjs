/**
 * The soak's service, bare or traced: `/work` goes through undici, timers, a stream and a Piscina pool, `/path` says
 * where its own handler comes from. Answers `'look'` with heap, counts and how long a dump took.
 */
import { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'

const [configuration, upstream] = process.argv.slice(2)
const tracer = configuration === 'bare' ? null : await import('async-trace')
const { default: fastify } = await import('fastify')
const { request } = await import('undici')
const { Piscina } = await import('piscina')

const pool = new Piscina({ filename: new URL('soak-job.mjs', import.meta.url).href, maxThreads: 1 })
const app = fastify()

async function* words(text) {
  for (const word of text.split('/')) {
    await null
    yield word
  }
}
async function ask(path) {
  const { body } = await request(`${upstream}${path}`)
  return await body.json()
}
async function work() {
  const [answer, total] = await Promise.all([ask('/a/b/c'), pool.run({ numbers: [1, 2, 3] })])
  await wait(1)
  let length = 0
  for await (const word of Readable.from(words(answer.id))) length += word.length
  return { length, total }
}
app.get('/work', async () => await work())
app.get('/path', async () => {
  await wait(1)
  return tracer === null ? '' : tracer.formatAsyncTrace(tracer.collectAsyncTrace(), { paths: 'basename' })
})

process.on('message', async () => {
  const startedMs = performance.now()
  const dump = tracer === null ? null : await tracer.getTasks({ includeStacks: true })
  const dumpMs = performance.now() - startedMs
  for (let i = 0; i < 3; i++) globalThis.gc()
  const { faults, captures } = tracer?.tracingStatus() ?? { faults: 0, captures: 0 }
  process.send({ heapBytes: process.memoryUsage().heapUsed, tasks: dump?.tasks.length ?? 0, dumpMs, faults, captures })
})
await app.listen({ port: 0, host: '127.0.0.1' })
process.send({ port: app.server.address().port })
