// An un-awaited call fails much later, far from the line that forgot it. The error's own stack ends at the
// function; the path of creation has the line.
import { collectAsyncTrace, formatAsyncTrace } from 'async-trace'

class Inventory {
  async #write(item, count) {
    await new Promise((resolve) => setImmediate(resolve))
    if (count < 0) {
      console.log(new Error(`no ${item} left`).stack.replaceAll(new URL('..', import.meta.url).href, ''))
      console.log(formatAsyncTrace(collectAsyncTrace()))
    }
  }

  async reserve(item, count) {
    await null
    this.#write(item, -count) // forgot to await
  }
}

async function checkout() {
  const inventory = new Inventory()
  await inventory.reserve('book', 1)
}

await checkout()

/* prints:
Error: no book left
    at #write (examples/who-called-this.mjs:9:19)
↑ #write() at line 10 [examples/who-called-this.mjs]
  ↑ Inventory.reserve() at line 16 [examples/who-called-this.mjs] [ASYNC]
    ↑ checkout() at line 22 [examples/who-called-this.mjs]
      ↑ <module> at line 25 [examples/who-called-this.mjs]
        ↑ Task-1
*/
