// Who asks or reads lines waits for what the interface of readline brings.
import { createInterface } from 'node:readline/promises'
import { PassThrough } from 'node:stream'
import { hold, show } from './show.mjs'

const open = () => hold(createInterface({ input: hold(new PassThrough()) }))
async function asks() {
  await open().question('name? ')
}
async function asksAbortably() {
  await open().question('name? ', { signal: hold(new AbortController()).signal })
}
async function reads() {
  for await (const line of open()) void line
}
asks()
asksAbortably()
reads()
show()

/* waits:
graph
asks:8
  await -> (event: answer to a question of Interface)
asksAbortably:11
  await -> (event: answer to a question of Interface)
reads:14
  await -> (event: event 'line' of Interface)
*/
