// A combinator inside a combinator.
import { never, show } from './show.mjs'

const gone = never()
async function outer() {
  await Promise.all([Promise.race([gone, never()]), gone])
}
outer()
show({ stacks: { gone } })

/* waits:
graph
outer:6
  Promise.all (index 0), Promise.race (index 0) -> (unresolved promise; its resolve() was not found)
  Promise.all (index 0), Promise.race (index 1) -> (unresolved promise; its resolve() was not found)
  Promise.all (index 1) -> (unresolved promise; its resolve() was not found)
stack of gone
  (promise)
    Promise.all (index 1) < outer:6
    Promise.race (index 0) < Promise.all (index 0) < outer:6 (again)
*/
