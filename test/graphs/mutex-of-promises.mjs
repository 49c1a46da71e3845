// Each holds one lock and waits for the other; the lock is a chain of promises.
import { show } from './show.mjs'

const tick = () => new Promise(setImmediate)
class Mutex {
  tail = Promise.resolve()
  async lock() {
    const before = this.tail
    let release
    this.tail = new Promise((resolve) => {
      release = resolve
    })
    await before
    return release
  }
}
const [a, b] = [new Mutex(), new Mutex()]
async function left() {
  const release = await a.lock()
  await tick()
  await b.lock()
  release()
}
async function right() {
  const release = await b.lock()
  await tick()
  await a.lock()
  release()
}
const pl = left()
right()
show({ stacks: { pl } })

/* waits:
graph
left:21 Mutex.lock:13
  a held resolver -> right:27 Mutex.lock:13
right:27 Mutex.lock:13
  a held resolver -> left:21 Mutex.lock:13
deadlock: left:21 Mutex.lock:13 -> right:27 Mutex.lock:13
stack of pl
  Mutex.lock:13 < left:21
*/
