// app.close() of Nest never ends while a stream of events is open.
import { createRequire } from 'node:module'
import { hangs } from './hangs.mjs'

const require = createRequire(import.meta.url)
require('reflect-metadata')
const { NestFactory } = require('@nestjs/core')
const { Module, Controller, Sse } = require('@nestjs/common')
const { interval, map } = require('rxjs')

class Live {
  stream() {
    return interval(500).pipe(map((n) => ({ data: n })))
  }
}
Controller('live')(Live)
Sse()(Live.prototype, 'stream', Object.getOwnPropertyDescriptor(Live.prototype, 'stream'))
class AppModule {}
Module({ controllers: [Live] })(AppModule)

async function shutdown(app) {
  setTimeout(hangs, 200)
  await app.close()
}
const app = await NestFactory.create(AppModule, { logger: false })
await app.listen(0, '127.0.0.1')
const answer = await fetch(`http://127.0.0.1:${app.getHttpServer().address().port}/live`)
await answer.body.getReader().read()
await shutdown(app)

/* memory:
4 tasks pending.

1 task waits for event 'close' of server, which has stopped listening and waits for 1 open connection
  shutdown() nest-shutdown.mjs:23 ← <module> nest-shutdown.mjs:29
1 HTTP answer not complete: GET /live, sent by this process itself

Waiting for:
  sse() (has returned) ← <anonymous> router-proxy.js:6: socket 127.0.0.1:PORT
*/

/* records:
4 tasks pending.

1 task waits for event 'close' of server, which has stopped listening and waits for 1 open connection
  shutdown() nest-shutdown.mjs:23 ← <module> nest-shutdown.mjs:29
1 HTTP answer not complete: GET /live, sent by this process itself

Waiting for:
  RouterResponseController.sse() router-response-controller.js:323 (has returned) ← Live.stream() router-proxy.js:6: socket 127.0.0.1:PORT
*/
