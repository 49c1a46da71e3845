// Two deadlocks, of which one task is in both: each of them has to be broken.
import { show } from './show.mjs'

const held = {}
async function first() {
  await null
  await held.shared
}
async function shared() {
  await null
  await Promise.all([held.first, held.second])
}
async function second() {
  await null
  await held.third
}
async function third() {
  await null
  await held.shared
}
held.first = first()
held.third = third()
held.second = second()
held.shared = shared()
show()

/* waits:
graph
first:7
  await -> shared:11
second:15
  await -> third:19
shared:11
  Promise.all (index 0) -> first:7
  Promise.all (index 1) -> second:15
third:19
  await -> shared:11
deadlock: first:7 -> shared:11
deadlock: second:15 -> third:19 -> shared:11
*/
