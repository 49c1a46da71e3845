// The timer was cleared: nothing settles the promise any more, and no timer is named.
import { show } from './show.mjs'

let timer
async function waits() {
  await new Promise((resolve) => {
    timer = setTimeout(resolve, 60_000)
  })
}
waits()
clearTimeout(timer)
show()

/* waits:
graph
*/
