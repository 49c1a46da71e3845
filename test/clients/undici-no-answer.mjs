// A request to a server that takes it and never answers.
// The request's executor opens the socket, and begins undici's ticker of time limits after it, which is set again
// and again: it is not what the request waits for.
import { request } from 'undici'
import { show } from '../graphs/show.mjs'

async function load(path) {
  const { body } = await request(`http://127.0.0.1:${process.env.PORT}${path}`)
  return await body.json()
}

async function page() {
  return await load('/user')
}

const stuck = page()
show({ tasks: true, stacks: { stuck }, afterMs: 1500, port: process.env.PORT })

/* prints:
graph
page:13 load:8
  await -> (socket: socket 127.0.0.1:PORT)
tasks
  PENDING page:13 load:8 | socket 127.0.0.1:PORT | <module>:16 [async] < root
stack of stuck
  load:8 < page:13
*/
