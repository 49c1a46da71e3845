import { type DebugHandler, type DebugHandlerOptions, handlerOf } from './endpoint/handler.js'
import { captureWaitGraph, getTasks } from './index.js'

export type { AccessOptions } from './endpoint/access.js'
export type { DebugHandler, DebugHandlerOptions } from './endpoint/handler.js'

const thisProcess = { getTasks, captureWaitGraph }

/**
 * A handler of requests for `node:http`, Express, Fastify, Koa and Hono: `/` is a page with the wait graph, `/tasks`
 * and `/graph` are the same as data. It answers loopback only, unless `options.allow` says otherwise.
 *
 * @throws {TypeError} if an option is unknown or has a wrong value.
 */
export function debugHandler(options?: DebugHandlerOptions): DebugHandler {
  return handlerOf(thisProcess, options)
}
