// Each holds one lock and waits for the other; the lock keeps a queue of resolvers.
import { show } from './show.mjs'

const tick = () => new Promise(setImmediate)
class Mutex {
  isTaken = false
  queue = []
  async lock() {
    if (this.isTaken) await new Promise((resolve) => this.queue.push(resolve))
    this.isTaken = true
  }
}
const [a, b] = [new Mutex(), new Mutex()]
async function left() {
  await a.lock()
  await tick()
  await b.lock()
}
async function right() {
  await b.lock()
  await tick()
  await a.lock()
}
left()
right()
show()

/* waits:
graph
left:17 Mutex.lock:9
  await -> (unresolved promise; its resolve() is stored in Mutex.queue)
right:22 Mutex.lock:9
  await -> (unresolved promise; its resolve() is stored in Mutex.queue)
*/
