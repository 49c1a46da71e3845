// A loader of batches: its callbacks hold the resolvers of all who wait, and come after one call that is stuck.
import { Loader } from '../targets/loader-of-batches.cjs'
import { never, show } from './show.mjs'

const users = new Loader(async function loadUsers(keys) {
  await never()
  return keys
})
async function page() {
  await users.get(1)
}

/** The timer that gave way has run: it holds the resolver, and wakes nothing any more. */
class Job {
  done = new Promise((resolve) => {
    this.begun = setTimeout(() => this.begin(resolve), 1)
  })
  begin(resolve) {
    this.resolve = resolve
  }
}
async function jobDone() {
  globalThis.job = new Job()
  await globalThis.job.done
}

page()
jobDone()
show()

/* waits:
graph
jobDone:24
  await -> (unresolved promise; its resolve() is stored in Job.resolve)
loadUsers:6
  await -> (unresolved promise; its resolve() was not found)
page:10
  a held resolver, then -> loadUsers:6
*/
