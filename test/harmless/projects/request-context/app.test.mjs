// Fastify with a request context and pino's logger: what each request sees, and what it logs.
import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { fastifyRequestContext, requestContext } from '@fastify/request-context'
import Fastify from 'fastify'
import pino from 'pino'

const lines = []
const stream = new Writable({
  write(chunk, _encoding, done) {
    lines.push(JSON.parse(chunk))
    done()
  },
})
const logger = pino({ base: null, timestamp: false, mixin: () => ({ user: requestContext.get('user') }) }, stream)
const app = Fastify({ loggerInstance: logger, genReqId: (request) => request.headers['x-id'] })
await app.register(fastifyRequestContext, { defaultStoreValues: (request) => ({ user: request.headers['x-user'] }) })
app.addHook('preHandler', async () => {
  await null
})
app.get('/work', async (request) => {
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 5))
  requestContext.set('seen', requestContext.get('user'))
  await Promise.all(
    [1, 2].map(async () => {
      await new Promise((resolve) => setImmediate(resolve))
      request.log.info('inner')
    }),
  )
  return { user: requestContext.get('seen') }
})
app.get('/fails', async () => {
  await null
  throw new Error('on purpose')
})

test('each request has its own context', async () => {
  const users = Array.from({ length: 20 }, (_, i) => `user-${i}`)
  const answers = await Promise.all(
    users.map((user, i) => app.inject({ url: '/work', headers: { 'x-user': user, 'x-id': String(i) } })),
  )
  assert.deepEqual(
    answers.map((answer) => answer.json().user),
    users,
  )
  for (const line of lines) if (line.msg === 'inner') assert.equal(line.user, `user-${line.reqId}`)
  assert.equal(lines.filter((line) => line.msg === 'inner').length, 40)
})
test('over a socket', async () => {
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const answers = await Promise.all(
    [1, 2, 3].map((n) =>
      fetch(`${address}/work`, { headers: { 'x-user': `s${n}`, 'x-id': `${n}` } }).then((r) => r.json()),
    ),
  )
  assert.deepEqual(
    answers.map(({ user }) => user),
    ['s1', 's2', 's3'],
  )
  const { statusCode } = await app.inject({ url: '/fails', headers: { 'x-id': 'f' } })
  assert.equal(statusCode, 500)
  await app.close()
  for (const line of lines) console.log(`# line ${line.level} ${line.msg} ${line.err?.message ?? ''}`)
})
