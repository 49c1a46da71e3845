// An upstream takes a request and never answers; the one who waits for it has an open request himself.
import { once } from 'node:events'
import { createServer, get } from 'node:http'
import { hangs } from './hangs.mjs'

const upstream = createServer(() => hangs()).listen(0, '127.0.0.1')
await once(upstream, 'listening')
async function price(item) {
  const answer = await fetch(`http://127.0.0.1:${upstream.address().port}/prices/${item}?key=secret`)
  return await answer.text()
}
const shop = createServer(async (_, response) => response.end(await price('tea'))).listen(0, '127.0.0.1')
await once(shop, 'listening')
get({ port: shop.address().port, path: '/cart', agent: false })

/* memory:
1 task pending.

2 HTTP requests unanswered:
  GET /cart, sent by this process itself, in price() fetch-no-answer.mjs:9 ← <anonymous> fetch-no-answer.mjs:12
  GET /prices/tea, sent by this process itself

Waiting for:
  price() fetch-no-answer.mjs:9 ← <anonymous> fetch-no-answer.mjs:12: socket 127.0.0.1:PORT
*/

/* records:
1 task pending.

2 HTTP requests unanswered:
  GET /cart, sent by this process itself
  GET /prices/tea, sent by this process itself

Waiting for:
  price() fetch-no-answer.mjs:9 ← <anonymous> fetch-no-answer.mjs:12: socket 127.0.0.1:PORT
*/
