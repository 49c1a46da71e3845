// Three functions that each returned the promise of the next one; the last returned that of a function which waits.
import { never, show } from './show.mjs'

async function fetches() {
  await never()
}
const third = async () => fetches()
async function second() {
  return third()
}
async function first() {
  return second()
}
async function waits() {
  await first()
}
const all = waits()
show({ tasks: true, stacks: { all } })

/* waits:
graph
fetches:5
  await -> (unresolved promise; its resolve() was not found)
waits:15 first:12 returned second:9 returned third:7 returned
  await -> fetches:5
tasks
  PENDING fetches:5 | unresolved promise; its resolve() was not found | third:7 [async] < second:9 < first:12 < waits:15 < <module>:17 < root
  PENDING waits:15 first:12 returned second:9 returned third:7 returned | task | <module>:17 [async] < root
stack of all
  third:7 returned < second:9 returned < first:12 returned < waits:15
*/
