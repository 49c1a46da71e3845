// A clock that @sinonjs/fake-timers fakes above the tracer: callbacks run when the clock is told to go on.
const { install } = require('@sinonjs/fake-timers')
const { setTimeout: sleep } = require('node:timers/promises')

const tracer = globalThis[Symbol.for('async-trace.instance')]
const log = []
async function work(name) {
  log.push(`${name} begins ${Date.now()}`)
  await new Promise((resolve) => setTimeout(resolve, 1000))
  log.push(`${name} slept ${Date.now()}`)
  await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => process.nextTick(resolve))
  await new Promise((resolve) => queueMicrotask(resolve))
  log.push(`${name} ends ${Date.now()}`)
}
async function main() {
  const real = [setTimeout, setInterval, setImmediate, clearTimeout, Date, process.nextTick, queueMicrotask, performance.now]
  for (const off of [false, true]) {
    const clock = install({ now: 1_000_000, toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate', 'Date', 'performance', 'hrtime'].concat(off ? [] : 'nextTick') })
    if (off) tracer?.switchOff()
    const done = work(`off ${off}`)
    let turns = 0
    const interval = setInterval(() => { log.push(`interval ${++turns}`); if (turns === 3) clearInterval(interval) }, 300)
    clearTimeout(setTimeout(() => log.push('never'), 10))
    await clock.tickAsync(500)
    clock.tick(700)
    for (let i = 0; i < 5; i++) await clock.runAllAsync()
    await done
    log.push(performance.now(), process.hrtime().join())
    if (off) tracer?.switchOn()
    clock.uninstall()
    if (!off) log.push([setTimeout, setInterval, setImmediate, clearTimeout, Date, process.nextTick, queueMicrotask, performance.now].every((fn, i) => fn === real[i]))
    await sleep(1)
    await new Promise((resolve) => setTimeout(resolve, 1))
    log.push('real again')
  }
  console.log(log.join('\n'))
}
main()
