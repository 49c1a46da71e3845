// Others wrap the same functions above the tracer, and go before or after it is switched off.
const tracer = globalThis[Symbol.for('async-trace.instance')]
const log = []
const wrapAll = (tag) => {
  const undo = []
  for (const [object, name] of [[globalThis, 'setTimeout'], [globalThis, 'setImmediate'], [Promise, 'all'], [Promise.prototype, 'then'], [process, 'nextTick'], [globalThis, 'queueMicrotask']]) {
    const original = object[name]
    object[name] = function (...args) {
      log.push(`${tag} ${name}`)
      return original.apply(this, args)
    }
    undo.push(() => (object[name] = original))
  }
  return () => undo.reverse().forEach((step) => step())
}
async function use(what) {
  log.push(what)
  await Promise.all([1, Promise.resolve(2)])
  await new Promise((resolve) => setTimeout(resolve, 1))
  await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => process.nextTick(resolve))
  await new Promise((resolve) => queueMicrotask(resolve))
  await Promise.resolve().then(() => log.push('then'))
}
async function main() {
  await use('as it is')
  const first = wrapAll('first')
  await use('wrapped above')
  tracer?.switchOff()
  await use('off below')
  tracer?.switchOn()
  await use('on again')
  const second = wrapAll('second')
  await use('twice')
  second()
  first()
  await use('theirs are gone')
  tracer?.switchOff()
  await use('off')
  tracer?.switchOn()
  await use('on')
  console.log(log.join('\n'))
}
main()
