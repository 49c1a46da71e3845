// A worker is named by its number, also where its class is wrapped; a watch is no bare handle.
import { once } from 'node:events'
import { watch } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { show } from './show.mjs'

class Job extends Worker {}
const runs = 'setInterval(() => {}, 1000)'
async function hears() {
  await once(new Worker(runs, { eval: true }), 'message')
}
async function ends() {
  await once(new Job(runs, { eval: true }), 'exit')
}
async function watches() {
  for await (const change of watch(new URL('.', import.meta.url))) void change
}
hears()
ends()
watches()
show()

/* waits:
graph
ends:13
  await -> (event: event 'exit' of worker 2)
hears:10
  await -> (event: event 'message' of worker 1)
watches:16
  await -> (file: watch of a file or folder)
*/
