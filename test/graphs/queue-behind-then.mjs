// What a .then's callback will do when a promise has settled is not what settles it, though it holds the queue in
// which the resolver lies.
import { hold, show } from './show.mjs'

class Semaphore {
  queue = []
  acquire() {
    return new Promise((resolve) => this.queue.push({ resolve }))
  }
}
function acquired(semaphore) {
  return semaphore.acquire().then(() => semaphore.queue.shift()?.resolve())
}
async function waits(semaphore) {
  await acquired(semaphore)
}
const semaphore = hold(new Semaphore())
waits(semaphore)
waits(semaphore)
// Nobody awaits this one.
acquired(semaphore)
show({ tasks: true })

/* waits:
graph
<then in acquired>:12
  then -> (unresolved promise; its resolve() is stored in Semaphore.queue[…])
waits:15 acquired:12 returned ×2
  then -> (unresolved promise; its resolve() is stored in Semaphore.queue[…])
tasks
  PENDING <then in acquired>:12 | unresolved promise; its resolve() is stored in Semaphore.queue[…] | acquired:12 [then] < <module>:21 < root
  PENDING waits:15 acquired:12 returned | unresolved promise; its resolve() is stored in Semaphore.queue[…] | <module>:18 [async] < root
  PENDING waits:15 acquired:12 returned | unresolved promise; its resolve() is stored in Semaphore.queue[…] | <module>:19 [async] < root
*/
