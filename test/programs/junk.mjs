// Promises that stay pending, made between the calls, change no path.
import { trace } from './trace.mjs'

const forever = new Promise(() => {})

function deferred() {
  const d = {}
  d.promise = new Promise((resolve) => {
    d.resolve = resolve
  })
  return d
}

async function child(label) {
  deferred()
  await null
  trace(label) // a0 child, b0 child, d0 child
  void deferred()
}

async function main() {
  const gate = deferred()
  await child('a') // a1 main
  deferred()
  await child('b', new Promise(() => {})) // b1 main
  setTimeout(gate.resolve, 1)
  void Promise.race([forever, gate.promise])
  await gate.promise
  trace('c') // c0 main
  deferred()
  void child('d') // d1 main [ASYNC]
  void new Promise(() => {})
  await null
  trace('e') // e0 main
  await forever.constructor.resolve(1)
  trace('f') // f0 main
}

await main() // a2 <module>, b2 <module>, c1 <module>, d2 <module>, e1 <module>, f1 <module>
