// Two wait for each other, but one of them only in a race that a timer ends: no deadlock.
import { show } from './show.mjs'

let second
async function first() {
  await Promise.race([second(), new Promise((resolve) => setTimeout(resolve, 960_000))])
}
const held = {}
second = async function second() {
  await null
  await held.first
}
held.first = first()
show()

/* waits:
graph
first:6
  Promise.race (index 0) -> second:11
  Promise.race (index 1) -> (timer: setTimeout 960000 ms)
second:11
  await -> first:6
*/
