// A race of which every member waits for the one that races: nobody can come first.
import { show } from './show.mjs'
const held = {}
async function left() {
  await null
  await held.racer
}
async function right() {
  await null
  await held.racer
}
async function racer() {
  await Promise.race([left(), right()])
}
held.racer = racer()
show()

/* waits:
graph
left:6
  await -> racer:13
racer:13
  Promise.race (index 0) -> left:6
  Promise.race (index 1) -> right:10
right:10
  await -> racer:13
deadlock: racer:13 -> right:10
*/
