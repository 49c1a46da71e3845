// The body of a web response is read by functions of Node's own, which nobody awaits: they are led through to the
// read that waits. No task waits for itself.
import { hold, show } from './show.mjs'

const open = () => hold(new ReadableStream({}))
async function readsText() {
  await new Response(open()).text()
}
async function iterates() {
  for await (const chunk of open()) void chunk
}
async function reads() {
  await open().getReader().read()
}
const shared = hold(new Response(open()).text())
async function first() {
  await shared
}
async function second() {
  await shared
}
readsText()
iterates()
reads()
first()
second()
show({ tasks: true })

/* waits:
graph
first:17
  await -> (operation: read of a ReadableStream)
iterates:10
  await -> (operation: read of a ReadableStream)
reads:13
  await -> (operation: read of a ReadableStream)
readsText:7
  await -> (operation: read of a ReadableStream)
second:20
  await -> (operation: read of a ReadableStream)
tasks
  PENDING first:17 | read of a ReadableStream | <module>:25 [async] < root
  PENDING iterates:10 | read of a ReadableStream | <module>:23 [async] < root
  PENDING reads:13 | read of a ReadableStream | <module>:24 [async] < root
  PENDING readsText:7 | read of a ReadableStream | <module>:22 [async] < root
  PENDING second:20 | read of a ReadableStream | <module>:26 [async] < root
*/
