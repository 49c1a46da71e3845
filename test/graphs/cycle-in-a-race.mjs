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
left:7
  await -> racer:14
racer:14
  Promise.race (index 0) -> left:7
  Promise.race (index 1) -> right:11
right:11
  await -> racer:14
deadlock: left:7 -> racer:14
deadlock: racer:14 -> right:11
*/
