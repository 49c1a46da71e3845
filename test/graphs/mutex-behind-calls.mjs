// The same behind calls and a combinator: a promise made by hand is left pending before an await of a resumed function.
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
async function transfer(from, to) {
  const release = await from.lock()
  await tick()
  await to.lock()
  release()
}
async function pay(from, to) {
  await transfer(from, to)
}
async function monthEnd() {
  await Promise.all([pay(a, b), pay(b, a)])
}
const end = monthEnd()
show({ stacks: { end } })

/* waits:
graph
monthEnd:28
  Promise.all (index 0) -> pay:25 transfer:21 Mutex.lock:13
  Promise.all (index 1) -> pay:25 transfer:21 Mutex.lock:13
pay:25 transfer:21 Mutex.lock:13 ×2
  a held resolver -> pay:25 transfer:21 Mutex.lock:13
deadlock: pay:25 transfer:21 Mutex.lock:13 -> pay:25 transfer:21 Mutex.lock:13
stack of end
  monthEnd:28
*/
