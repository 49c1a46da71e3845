// Promises of other realms, contexts that drain their own microtasks, modules in contexts.
const vm = require('node:vm')
const log = []
const sandbox = { log, setTimeout, queueMicrotask, outer: Promise.resolve('outer') }
const plain = vm.createContext({ ...sandbox })
const own = vm.createContext({ ...sandbox }, { microtaskMode: 'afterEvaluate' })
const source = `
  async function f(n) { log.push('f ' + n); await null; log.push('f again ' + n); await outer; log.push('after outer ' + n); return n }
  f(1).then((v) => log.push('then ' + v))
  Promise.all([f(2), 3]).then((v) => log.push('all ' + v.length))
  Promise.resolve().then(() => { throw new Error('inner') }).catch((e) => log.push(e.message))
  setTimeout(() => f(4), 1)
  queueMicrotask(() => log.push('microtask'))
  log.push('sync end')
  f(5)
`
const values = []
async function main() {
  for (const [name, context] of [['plain', plain], ['own', own]]) {
    log.push(name)
    const promise = vm.runInContext(source, context)
    log.push(promise instanceof Promise, Object.prototype.toString.call(promise))
    await null
    log.push('outside again')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const Foreign = vm.runInContext('Promise', plain)
  await Foreign.resolve(1).then((v) => log.push('foreign then', v))
  await Promise.all([Foreign.resolve(2), new Foreign((resolve) => setImmediate(resolve))])
  await Foreign.all([Promise.resolve(3)])
  await vm.runInContext('(async () => { for await (const x of (async function* () { yield 1 })()) log.push(x) })()', plain)
  log.push(await vm.runInNewContext('new Promise((resolve) => resolve({ then: (r) => r(7) }))'))
  await vm.runInContext('Promise.reject(new TypeError("foreign"))', plain).catch((e) => log.push(e.name, e instanceof TypeError))
  console.log(log.join('\n'))
}
main()
