// What is returned from a larger expression: the value as it is, or something else.
import { never, show } from './show.mjs'

async function fetches() {
  await never()
}
const no = null
const yes = true
const gone = never()
const cases = {
  async either() {
    return yes ? fetches() : no
  },
  async or() {
    return no ? no : fetches()
  },
  async nested() {
    return no ? no : yes ? fetches() : gone
  },
  async fallback() {
    return no ?? fetches()
  },
  async and() {
    return yes && fetches()
  },
  async lines() {
    return (
      // Over several lines.
      no || fetches()
    )
  },
  async changed() {
    return fetches().then((value) => value)
  },
  // From here on, not the promise of the call.
  async dropped() {
    return fetches() && gone
  },
  async listed() {
    return [fetches(), gone][1]
  },
  async argument() {
    return this.second(fetches(), gone)
  },
  second(_first, second) {
    return second
  },
  async before() {
    fetches()
    return gone
  },
}
async function waits(name) {
  await cases[name]()
}
for (const name of Object.keys(cases)) if (name !== 'second') waits(name)
show()

/* waits:
graph
fetches:5 ×11
  await -> (unresolved promise; its resolve() was not found)
waits:54 ×4
  await -> (unresolved promise; its resolve() was not found)
waits:54 and:24 returned
  await -> fetches:5
waits:54 changed:33 returned
  then -> fetches:5
waits:54 either:12 returned
  await -> fetches:5
waits:54 fallback:21 returned
  await -> fetches:5
waits:54 lines:29 returned
  await -> fetches:5
waits:54 nested:18 returned
  await -> fetches:5
waits:54 or:15 returned
  await -> fetches:5
*/
