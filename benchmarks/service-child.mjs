/**
 * The service under load, in one configuration. Sends `{ port }`, then answers `'cpu'` with `{ cpuMs, requests }`
 * since the last time it was asked.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { CONFIGURATIONS } from './configurations.mjs'

const [configuration, upstream] = process.argv.slice(2)
await CONFIGURATIONS[configuration]()
const { default: fastify } = await import('fastify')
const { request } = await import('undici')

let requests = 0
const app = fastify()
app.addHook('onResponse', async () => {
  requests++
})
app.get('/hello', async () => ({ hello: 'world' }))
app.get('/nested', async ({ query }) => await showOrder(query.id ?? 'a'))

/** 15 nested or sibling async calls, two timers, one call of another service. */
async function showOrder(id) {
  const user = await authenticate(id)
  const order = await loadOrder(user, id)
  const [price, stock] = await Promise.all([priceOf(order), stockOf(order)])
  return await render({ order, price, stock })
}
async function authenticate(id) {
  const session = await readSession(id)
  return await readUser(session)
}
async function readSession(id) {
  return await readCache(`session ${id}`)
}
async function readCache(key) {
  await wait(1)
  return { key }
}
async function readUser(session) {
  return { id: session.key }
}
async function loadOrder(user, id) {
  await checkAccess(user)
  return await query(id)
}
async function checkAccess(user) {
  if (!user.id) throw new Error('no user')
}
async function query(id) {
  return await send(`/${id}`)
}
async function send(path) {
  const { body } = await request(`${upstream}${path}`)
  return await body.json()
}
async function priceOf(order) {
  return await discount(await readCache(order.id))
}
async function discount(entry) {
  return entry.key.length
}
async function stockOf(order) {
  return await countOf(order)
}
async function countOf(order) {
  return order.id.length
}
async function render(parts) {
  return parts
}

let cpuBefore = process.cpuUsage()
process.on('message', () => {
  const { user, system } = process.cpuUsage(cpuBefore)
  process.send({ cpuMs: (user + system) / 1000, requests })
  cpuBefore = process.cpuUsage()
  requests = 0
})
await app.listen({ port: 0, host: '127.0.0.1' })
process.send({ port: app.server.address().port })
