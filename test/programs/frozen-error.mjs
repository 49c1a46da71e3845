// A hardened program freezes Error; paths are then read from the stacks' text,
// which does not tell a resumed module from a function without a name.
import { trace } from './trace.mjs'

Object.freeze(Error)

async function leaf() {
  await null
  trace('a') // a0 leaf
}

class Store {
  async read() {
    await leaf() // a1 Store.read
  }
}

await new Store().read() // a2 <module>
setTimeout(() => trace('b'), 1) // b0 <anonymous>, b1 <anonymous> [TIMEOUT], b2 <not traced>
