// A race that one of its own members waits for.
import { show } from './show.mjs'

let winner
const member = new Promise((resolve) => setImmediate(() => resolve(winner)))
winner = Promise.race([member])
async function waits() {
  await winner
}
waits()
show()

/* waits:
graph
(Promise.race)
  Promise.race (index 0), resolved with another promise -> (Promise.race)
waits:8
  await -> (Promise.race)
deadlock: (Promise.race)
*/
