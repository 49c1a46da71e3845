// Who waits for an AbortSignal: its listener holds the resolver.
import { hold, show } from './show.mjs'

const { signal } = hold(new AbortController())
async function cancelled() {
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
}
async function rejected() {
  await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
}
cancelled()
rejected()
show()

/* waits:
graph
cancelled:6
  await -> (event: event 'abort' of AbortSignal)
rejected:9
  await -> (event: event 'abort' of AbortSignal)
*/
