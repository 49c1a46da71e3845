// The program's own hooks hear of the same promises, in the same order.
import { createHook } from 'node:async_hooks'
import { promiseHooks } from 'node:v8'

const seen = new Map()
const heard = []
const known = (promise) => {
  if (promise !== undefined && !seen.has(promise)) seen.set(promise, seen.size)
  return seen.get(promise)
}
const tell = (event) => (promise, parent) => heard.push(`${event} ${known(promise)} ${known(parent) ?? ''}`)
const ids = []
let stop
const over = new Promise((resolve) => {
  stop = resolve
})
let round
/** Not in a reaction: what a hook hears of one that has begun differs (docs/harmless.md). */
setTimeout(() => {
  createHook({ init: (_, type) => ids.push(type) }).enable()
  const unhook = promiseHooks.createHook({
    init: tell('init'),
    before: tell('before'),
    after: tell('after'),
    settled: tell('settled'),
  })
  let close
  const closed = new Promise((resolve) => {
    close = resolve
  })
  let win
  const won = new Promise((resolve) => {
    win = resolve
  })
  round = Promise.race([closed, won.then((value) => value)])
  close(round)
  setImmediate(() => win('won'))
  setTimeout(() => {
    unhook()
    stop()
  }, 10)
}, 1)
await over
// Printing makes resources of its own, by chance more or fewer.
const types = ids.join(' ')
console.log(await round, Reflect.ownKeys(round).length, heard.length > 20, ids.length > 5)
console.log(heard.join('\n'))
console.log(types)
console.log('end')
