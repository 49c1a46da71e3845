// loads: itself
// Builtins that the program has replaced and then made constant: a trace and a dump do without the originals.
import { captureCallStack, formatTasks, getTasks, printTrace } from 'async-trace'

const { map, slice } = Array.prototype
Array.prototype.map = function (...args) {
  return map.apply(this, args)
}
Object.freeze(Array.prototype)
const { stringify } = JSON
Object.defineProperty(JSON, 'stringify', { value: (...args) => stringify(...args), configurable: false })
delete String.prototype.anchor
Object.preventExtensions(String.prototype)
Array.prototype.slice === slice || console.log('not frozen')

async function traced() {
  await null
  let printed = ''
  printTrace({ stream: { write: (text) => (printed += text) } })
  captureCallStack()
  const dump = await getTasks()
  formatTasks(dump)
  formatTasks(dump, { format: 'json' })
  return process.env.ASYNC_TRACE === 'off' || printed.includes('traced()')
}
console.log(await traced())
