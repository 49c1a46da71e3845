// for await over promises that have been started before: each is a task.
import { trace } from './trace.mjs'

async function job(label) {
  await null
  trace(label) // a0 job, b0 job
}

async function main() {
  const jobs = [
    job('a'), // a1 main [ASYNC]
    job('b'), // b1 main [ASYNC]
  ]
  for await (const _ of jobs) {
    trace('c') // c0 main
  }
  for await (const value of new Set([1, Promise.resolve(2)])) {
    await value
    trace('d') // d0 main
  }
  trace('e') // e0 main
}

await main() // a2 <module>, b2 <module>, c1 <module>, d1 <module>, e1 <module>
