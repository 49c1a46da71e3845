// AsyncLocalStorage and AsyncResource lie between caller and callee and add nothing; what is bound comes from who bound it.
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { trace } from './trace.mjs'

const storage = new AsyncLocalStorage()

async function work(label) {
  await null
  trace(label) // a0 work, c0 work
}

function pool(task) {
  const resource = new AsyncResource('JOB')
  setImmediate(() => resource.runInAsyncScope(task)) // d1 <anonymous>, d2 pool [IMMEDIATE]
}

async function main() {
  await storage.run({ id: 1 }, async () => { // a2 main
    await work('a') // a1 <anonymous>
  })
  storage.run({ id: 2 }, () => { // b2 main
    setTimeout(() => { // b1 <anonymous> [TIMEOUT]
      trace('b') // b0 <anonymous>
    }, 1)
  })
  await storage.run({ id: 3 }, work, 'c') // c1 main
  pool(() => { // d3 main
    trace('d') // d0 <anonymous>
  })
  pool(() => {})
  const bound = AsyncLocalStorage.bind(() => trace('e')) // e0 <anonymous>, e1 main [CALLBACK]
  await null
  bound()
  storage.enterWith({ id: 4 })
  await null
  trace('f') // f0 main
}

await main() // a3 <module>, b3 <module>, c2 <module>, d4 <module>, e2 <module>, f1 <module>
