// Needs Node 22. The mapper of Array.fromAsync, which V8 calls from jobs that it announces to nobody.
import { trace } from './trace.mjs'

async function load(label) {
  await null
  trace(label) // a0 load
}

async function page() {
  await Array.fromAsync(['a'], async function each(label) { // a2 page [CALLBACK], b1 page [CALLBACK]
    await load(label) // a1 each
    trace('b') // b0 each
  })
  trace('c') // c0 page
  await Array.fromAsync([1], () => trace('d')) // d0 <anonymous>, d1 page [CALLBACK]
}

await page() // a3 <module>, b2 <module>, c1 <module>, d2 <module>
