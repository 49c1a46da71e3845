// What has ended is not listed.
import { show } from './show.mjs'

const tick = () => new Promise(setImmediate)
async function ends() {
  await tick()
  await tick()
}
async function fails() {
  await tick()
  throw new Error('expected')
}
ends()
fails().catch(() => {})
show({ tasks: true })

/* waits:
graph
tasks
*/
