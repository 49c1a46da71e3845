// A request without an answer, over the socket that an earlier one has opened.
// Not told: the socket. Nothing is begun in the executor of the later request, so its bottom is a bare promise.
import { Client } from 'undici'
import { show } from '../graphs/show.mjs'

const client = new Client(`http://127.0.0.1:${process.env.PORT}`)

async function load(path) {
  const { body } = await client.request({ method: 'GET', path })
  return await body.text()
}

await load('/ping')
const stuck = load('/user')
show({ tasks: true, stacks: { stuck }, afterMs: 1500, port: process.env.PORT })

/* prints:
graph
load:9
  await -> (socket: socket 127.0.0.1:PORT, through RequestHandler)
tasks
  PENDING load:9 | socket 127.0.0.1:PORT, through RequestHandler | <module>:14 [async] < root
stack of stuck
  load:9
*/
