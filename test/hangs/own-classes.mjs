// Classes of the program that have the names of Node's: no worker thread, server or timer is waited for.
import { hangs } from './hangs.mjs'

class Worker {
  jobs = new Map()
  run(job) {
    return new Promise((resolve) => this.jobs.set(job, resolve))
  }
}
class Server {
  waiting = []
  ready() {
    return new Promise((resolve) => this.waiting.push(resolve))
  }
}
const worker = new Worker()
const server = new Server()
globalThis.kept = [worker, server]
async function mail() {
  await worker.run('mail')
}
async function begin() {
  await server.ready()
}
hangs()
await Promise.all([mail(), begin()])

/* memory:
3 tasks pending.

Waiting for:
  mail() own-classes.mjs:20: unresolved promise; its resolve() is stored in Worker.jobs
  begin() own-classes.mjs:23: unresolved promise; its resolve() is stored in Server.waiting
*/

/* records:
3 tasks pending.

Waiting for:
  mail() own-classes.mjs:20: unresolved promise; its resolve() is stored in Worker.jobs
  begin() own-classes.mjs:23: unresolved promise; its resolve() is stored in Server.waiting
*/
