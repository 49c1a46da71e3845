// A request to a server that takes it and never answers.
// Not told: the socket. The request's executor opened it, and began undici's ticker of time limits after it: the
// newer of the two is named.
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
show({ tasks: true, stacks: { stuck }, afterMs: 300, port: process.env.PORT })

/* prints:
graph
page:13 load:8
  await -> (timer: setTimeout 499 ms)
tasks
  PENDING page:13 load:8 | setTimeout 499 ms | <module>:16 [async] < root
stack of stuck
  load:8 < page:13
*/
