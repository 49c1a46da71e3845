// The example of awaitwhat: job, foo, bar, baz and leaf under Promise.all.
import { show } from './show.mjs'

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
async function leaf() {
  await sleep(960_000)
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
  await Promise.all([first, sleep(950_000)])
}
job()
show({ stacks: { first }, tasks: true })

/* waits:
graph
foo:15 bar:12 baz:9 leaf:6
  await -> (timer: setTimeout 960000 ms)
job:20
  Promise.all (index 0) -> foo:15 bar:12 baz:9 leaf:6
  Promise.all (index 1) -> (timer: setTimeout 950000 ms)
tasks
  PENDING foo:15 bar:12 baz:9 leaf:6 | setTimeout 960000 ms | job:19 [async] < <module>:22 < root
  PENDING job:20 | task and 1 more | <module>:22 [async] < root
stack of first
  leaf:6 < baz:9 < bar:12 < foo:15
    Promise.all (index 0) < job:20
*/
