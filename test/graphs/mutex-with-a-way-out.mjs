// One waits for a lock whose holder waits for a timer: no deadlock, and the edge leads to the holder.
import { show } from './show.mjs'

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
const mutex = new Mutex()
async function first() {
  const release = await mutex.lock()
  await new Promise((resolve) => setTimeout(resolve, 960_000))
  release()
}
async function second() {
  const release = await mutex.lock()
  release()
}
first()
second()
show({ tasks: true })

/* waits:
graph
first:19
  await -> (timer: setTimeout 960000 ms)
second:23 Mutex.lock:12
  a held resolver -> first:19
tasks
  PENDING first:19 | setTimeout 960000 ms | <module>:26 [async] < root
  PENDING second:23 Mutex.lock:12 | task | <module>:27 [async] < root
*/
