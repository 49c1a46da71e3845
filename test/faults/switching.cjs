// Tracing is switched off and on in each phase of everything; the program notices nothing. In the bare run there
// is nothing to switch.
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks')
const { EventEmitter } = require('node:events')

const tracer = globalThis[Symbol.for('async-trace.instance')]
let switches = 0
const flip = () => {
  if (++switches % 3 === 0) tracer?.switchOff()
  else tracer?.switchOn()
  if (switches % 7 === 0) {
    tracer?.switchOff()
    tracer?.switchOn()
  }
}
const log = []
const als = new AsyncLocalStorage()
const say = (what) => {
  flip()
  log.push(`${what} ${als.getStore()}`)
  flip()
}
const thenable = (value) => ({ then(resolve) { say('then()'); resolve(value) } })
async function leaf(n) {
  say(`leaf ${n}`)
  await null
  flip()
  await thenable(n)
  say(`leaf again ${n}`)
  return n
}
async function* numbers() {
  for (let i = 0; i < 3; i++) {
    flip()
    yield leaf(i)
  }
}
const iterable = { *[Symbol.iterator]() { for (let i = 0; i < 3; i++) { flip(); yield leaf(i) } } }
async function main(round) {
  await als.run(round, async () => {
    say(await leaf(round))
    for await (const n of numbers()) say(`number ${n}`)
    say(await Promise.all(iterable))
    say((await Promise.allSettled([leaf(1), Promise.reject(2), thenable(3)])).length)
    say(await Promise.race(iterable))
    say(await Promise.any([Promise.reject(1), leaf(2)]))
    await new Promise((resolve) => { flip(); setImmediate(() => { say('immediate'); resolve() }); flip() })
    await new Promise((resolve) => setTimeout(() => { say('timeout'); resolve() }, 1))
    await new Promise((resolve) => process.nextTick(() => { say('tick'); resolve() }))
    await new Promise((resolve) => queueMicrotask(() => { say('microtask'); resolve() }))
    let turns = 0
    await new Promise((resolve) => { const t = setInterval(() => { say('interval'); if (++turns === 3) { clearInterval(t); resolve() } }, 1) })
    new AsyncResource('X').runInAsyncScope(() => say('scope'))
    const e = new EventEmitter()
    e.on('x', () => say('event'))
    flip()
    e.emit('x')
    await leaf(9).then(() => say('then')).catch(() => {}).finally(() => { flip() })
    await Promise.reject(new Error('no')).catch((error) => say(error.message))
  })
}
async function all() {
  for (let round = 0; round < 12; round++) await main(round)
  tracer?.switchOff()
  const off = ['setTimeout', 'setInterval', 'setImmediate'].map((name) => /native|\[as /.test(globalThis[name].name) || globalThis[name].__wrapped)
  log.push(off.join(), String(Object.getOwnPropertyDescriptor(Promise, 'all').value.__wrapped))
  tracer?.switchOn()
  console.log(log.join('\n'))
}
all()
