// A timer that is put off is still what the promise waits for, where nothing else was begun with it.
import { show } from './show.mjs'

async function quiet() {
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, 960_000)
    setTimeout(() => timer.refresh(), 10)
  })
}
quiet()
show({ afterMs: 200 })

/* waits:
graph
quiet:5
  await -> (timer: setTimeout 960000 ms)
*/
