// A loader of batches: its callbacks hold the resolvers of all who wait, and come after one call that is stuck.
import { setTimeout as sleep } from 'node:timers/promises'
import { Loader } from './loader-of-batches.cjs'

const users = new Loader(async function loadUsers(keys) {
  await sleep(900_000)
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
setTimeout(() => console.log('ready'), 100)

/*
page()
│  page() batches.mjs:11
└─ its resolve() is held by: loadUsers()
   │  loadUsers() batches.mjs:6
   └─ setTimeout 900000 ms, N ms remaining

jobDone()
│  jobDone() batches.mjs:26
└─ unresolved promise; its resolve() is stored in Job.resolve

The process is kept alive by:
  setTimeout 900000 ms, N ms remaining
*/
