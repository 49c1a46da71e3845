// An interval that would settle the promise.
import { show } from './show.mjs'

async function waits() {
  await new Promise((resolve) => {
    const timer = setInterval(() => {
      clearInterval(timer)
      resolve()
    }, 60_000)
  })
}
waits()
show()

/* waits:
graph
waits:5
  await -> (timer: setInterval 60000 ms)
*/
