// Contexts of vm with a suspended function each, after others were collected that V8's inspector still has numbers of:
// evaluating anything in one of those would end the process.
import vm from 'node:vm'
import { show } from './show.mjs'

const code = `
async function acquire(name) {
  await new Promise((resolve) => waiting.push(resolve))
}
async function load(name) {
  await acquire(name)
}
load()`

function keep(name) {
  const context = vm.createContext({ waiting: [] })
  vm.runInContext(code, context, { filename: `${name}.js` })
  return context
}

function drop() {
  for (let i = 0; i < 5; i++) vm.runInNewContext('(async () => { await null })()')
}

drop()
globalThis.first = keep('first')
drop()
globalThis.second = keep('second')
drop()
await new Promise((resolve) => setTimeout(resolve, 20))
drop()
await show()

/* waits:
graph
load:6 acquire:3
  await -> (unresolved promise; its resolve() is stored in global.first[…])
load:6 acquire:3
  await -> (unresolved promise; its resolve() is stored in global.second[…])
*/
