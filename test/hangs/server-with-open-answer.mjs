// A server closes when its answers are complete, and one of them, a stream of events, never is.
import { createServer, get } from 'node:http'
import { hangs } from './hangs.mjs'

const server = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  setInterval(() => response.write('data: 1\n\n'), 500)
  response.flushHeaders()
})
async function shutdown() {
  const closed = new Promise((resolve) => server.close(resolve))
  hangs()
  await closed
}
server.listen(0, '127.0.0.1', () => {
  get({ port: server.address().port, path: '/live', agent: false }, (answer) => {
    answer.resume()
    shutdown()
  })
})

/* memory:
1 task pending.

1 task waits for event 'close' of server, which has stopped listening and waits for 1 open connection
  shutdown() server-with-open-answer.mjs:13
1 HTTP answer not complete: GET /live, sent by this process itself
*/

/* records:
1 task pending.

1 task waits for event 'close' of server, which has stopped listening and waits for 1 open connection
  shutdown() server-with-open-answer.mjs:13
1 HTTP answer not complete: GET /live, sent by this process itself
*/
