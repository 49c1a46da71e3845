// The example of awaitwhat: job, foo, bar, baz and leaf under Promise.all.
import { show } from './show.mjs'
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
async function leaf() {
  await sleep(60_000)
}
async function baz() {
  await leaf()
}
async function bar() {
  await baz()
}
async function foo() {
  await bar()
}
let first
async function job() {
  first = foo()
  await Promise.all([first, sleep(50_000)])
}
job()
show({ stacks: { first }, tasks: true })

/* waits:
graph
foo:14 bar:11 baz:8 leaf:5
  await -> (timer: setTimeout 60000 ms)
job:19
  Promise.all (index 0) -> foo:14 bar:11 baz:8 leaf:5
  Promise.all (index 1) -> (timer: setTimeout 50000 ms)
tasks
  PENDING foo:14 bar:11 baz:8 leaf:5 | setTimeout 60000 ms | job:18 [async] < <module>:21 < root
  PENDING job:19 | Promise.all, 2 pending | <module>:21 [async] < root
stack of first
  leaf:5 < baz:8 < bar:11 < foo:14
    Promise.all (index 0) < job:19
*/
