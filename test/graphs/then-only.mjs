// Chains of .then that nobody awaits: each last callback is a task, with the calls that lead to it.
import { hold, never, show } from './show.mjs'

const first = never()
function load() {
  return first.then((text) => text.length).catch(() => 0)
}
load().then(console.log)
// Two that go on from the same promise are two.
const both = load()
both.then(() => 1)
both.finally(() => {})
// Its first callback has run, and what that returned is waited for.
const later = hold(Promise.resolve().then(() => never()))
later.then(() => {})
// Of a combinator, for one, and within another callback.
Promise.all([never(), Promise.resolve()]).then(() => {})
Promise.all([never().then(() => {})])
Promise.resolve().then(() => never().then(() => {}))
show({ tasks: true })

/* waits:
graph
<finally>:12 <catch in load>:6 <then in load>:6
  then -> (unresolved promise; its resolve() was not found)
<then>:11 <catch in load>:6 <then in load>:6
  then -> (unresolved promise; its resolve() was not found)
<then>:15
  then -> (unresolved promise; its resolve() was not found)
<then>:17
  then, Promise.all (index 0) -> (unresolved promise; its resolve() was not found)
<then>:18
  then -> (unresolved promise; its resolve() was not found)
<then>:19
  then -> (unresolved promise; its resolve() was not found)
<then>:8 <catch in load>:6 <then in load>:6
  then -> (unresolved promise; its resolve() was not found)
tasks
  PENDING <finally>:12 <catch in load>:6 <then in load>:6 | unresolved promise; its resolve() was not found | <module>:12 [then] < root
  PENDING <then>:11 <catch in load>:6 <then in load>:6 | unresolved promise; its resolve() was not found | <module>:11 [then] < root
  PENDING <then>:15 | unresolved promise; its resolve() was not found | <module>:15 [then] < root
  PENDING <then>:17 | unresolved promise; its resolve() was not found | <module>:17 [then] < root
  PENDING <then>:18 | unresolved promise; its resolve() was not found | <module>:18 [then] < root
  PENDING <then>:19 | unresolved promise; its resolve() was not found | <anonymous>:19 [then] < <module>:19 [then] < root
  PENDING <then>:8 <catch in load>:6 <then in load>:6 | unresolved promise; its resolve() was not found | <module>:8 [then] < root
*/
