// An interval that would settle the promise.
import { show } from './show.mjs'

async function waits() {
  await new Promise((resolve) => {
    const timer = setInterval(() => {
      clearInterval(timer)
      resolve()
    }, 960_000)
  })
}
waits()
show()

/* waits:
graph
waits:5
  await -> (timer: setInterval 960000 ms)
*/
