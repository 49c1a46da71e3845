/**
 * The soak's service, bare or traced: `/work` goes through undici, timers, a stream and a Piscina pool, `/path` says
 * where its own handler and a job of its pool come from. Answers `'dump'` with what a dump of all tasks found and how
 * long it held the service up, and `'memory'` with what is left after collections.
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
  if (tracer === null) return ''
  const here = tracer.formatAsyncTrace(tracer.collectAsyncTrace(), { paths: 'basename' })
  return `${here}\n\n${await pool.run({ isAsked: true })}\n`
})

const answers = {
  async dump() {
    const dump = tracer === null ? null : await tracer.getTasks({ includeStacks: true })
    return { tasks: dump?.tasks.length ?? 0, pauseMs: dump?.threads[0].pauseMs ?? 0 }
  },
  async memory() {
    for (let i = 0; i < 3; i++) globalThis.gc()
    const { heapUsed, rss } = process.memoryUsage()
    return { heapBytes: heapUsed, residentBytes: rss, faults: tracer?.tracingStatus().faults ?? 0 }
  },
}
process.on('message', async (question) => {
  process.send(await answers[question]())
})
await app.listen({ port: 0, host: '127.0.0.1' })
process.send({ port: app.server.address().port })
