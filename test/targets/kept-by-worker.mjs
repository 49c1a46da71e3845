// Two workers, of which one keeps the event loop alive; the pipes of standard output and error keep nothing alive.
import { Worker } from 'node:worker_threads'

const kept = new Worker('setInterval(() => {}, 900_000)', { eval: true })
const other = new Worker('setInterval(() => {}, 900_000)', { eval: true })
other.unref()
kept.on('online', () => {
  console.error('ready')
  console.log('ready')
})

/*
No async function is suspended. The process is kept alive by:
  worker 1
*/
