// Who awaits an import() waits for the top-level await of the module, or of one that it imports; two modules that
// import() each other are a deadlock.
import { show } from './show.mjs'

async function loads() {
  return await import('./modules/imports-never.mjs')
}
async function hands() {
  return import('./modules/never.mjs')
}
async function boots() {
  await loads()
}
async function needs() {
  await hands()
}
async function both() {
  await Promise.all([import('./modules/never.mjs'), import('./modules/ring-a.mjs')])
}
boots()
needs()
both()
show({ afterMs: 200, ready: () => globalThis.ringCloses === true })

/* waits:
graph
(import())
  import() -> <module>:1
(import())
  import() -> <module>:3
<module>:1
  import() -> <module>:2
<module>:2
  await -> (import())
<module>:3
  await -> (unresolved promise; its resolve() was not found)
boots:12 loads:6
  import() -> <module>:3
both:18
  Promise.all (index 0) -> (import())
  Promise.all (index 1) -> (import())
needs:15 hands returned
  await -> (import())
deadlock: (import()) -> <module>:1 -> <module>:2
*/
