// The handler mounted at /debug/async in each framework, as the documentation shows it, on a free port.
import { createServer } from 'node:http'
import { serve } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'

const path = '/debug/async'

/** Each takes a function that makes the handler of options, and resolves to { url, close }. */
export const frameworks = {
  async 'node:http'(makeHandler, options) {
    const handler = makeHandler({ path, ...options })
    return listening(createServer((request, response) => handler(request, response, () => response.end('the app'))))
  },
  async 'Express 5'(makeHandler, options) {
    const app = express()
    app.use('/debug/async', makeHandler(options))
    app.get('/', (_request, response) => response.send('the app'))
    return listening(createServer(app))
  },
  async 'Fastify 5'(makeHandler, options) {
    const app = fastify()
    const handler = makeHandler({ path, ...options })
    const answer = (request, reply) => {
      reply.hijack()
      handler(request.raw, reply.raw)
    }
    app.all('/debug/async', answer)
    app.all('/debug/async/*', answer)
    app.get('/', async () => 'the app')
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    return { url, close: () => app.close() }
  },
  async Koa(makeHandler, options) {
    const app = new Koa()
    const handler = makeHandler({ path, ...options })
    app.use((context, next) => {
      if (!/^\/debug\/async(\/|$)/.test(context.path)) return next()
      context.respond = false
      handler(context.req, context.res)
    })
    app.use((context) => {
      context.body = 'the app'
    })
    return listening(createServer(app.callback()))
  },
  async 'Hono, before the app'(makeHandler, options) {
    const app = new Hono()
    const handler = makeHandler({ path, ...options })
    app.get('/', (context) => context.text('the app'))
    const before = (serverOptions, listener) =>
      createServer(serverOptions, (request, response) => handler(request, response, () => listener(request, response)))
    return opened(await honoServer({ fetch: app.fetch, createServer: before }))
  },
  async 'Hono, as a route'(makeHandler, options) {
    const app = new Hono()
    const handler = makeHandler({ path, ...options })
    const answer = (context) => {
      // Hono answers HEAD itself after the route has.
      if (context.req.raw.method === 'HEAD') return context.body(null)
      handler(context.env.incoming, context.env.outgoing)
      return RESPONSE_ALREADY_SENT
    }
    app.all('/debug/async', answer)
    app.all('/debug/async/*', answer)
    app.get('/', (context) => context.text('the app'))
    return opened(await honoServer({ fetch: app.fetch }))
  },
}

export function listening(server, host = '127.0.0.1') {
  return new Promise((resolve) => server.listen(0, host, () => resolve(opened(server))))
}

function honoServer(options) {
  const server = serve({ port: 0, hostname: '127.0.0.1', ...options })
  return new Promise((resolve) =>
    server.listening ? resolve(server) : server.once('listening', () => resolve(server)),
  )
}

function opened(server) {
  const { address, family, port } = server.address()
  const close = () => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  }
  return { url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`, port, close }
}
