// The other way around: the function that names the resolver, or another that does, is found through the scope.
import { EventEmitter } from 'node:events'
import { createServer } from 'node:http'
import { hold, show } from './show.mjs'

async function byInterval() {
  let wake
  let ticks = 0
  setInterval(() => ticks++, 960_000)
  setInterval(() => wake(), 950_000)
  await new Promise((resolve) => {
    wake = resolve
  })
  return ticks
}
async function byCall() {
  let wake
  let ticks = 0
  const fire = () => wake(ticks)
  setInterval(() => ticks++, 960_000)
  setInterval(() => fire(), 940_000)
  await new Promise((resolve) => {
    wake = resolve
  })
}
async function byServer() {
  let wake
  createServer((request) => {
    request.on('end', () => wake())
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => {
    wake = resolve
  })
}
async function byEmitter() {
  let wake
  let count = 0
  const emitter = hold(new EventEmitter())
  setInterval(() => count++, 960_000)
  emitter.on('told', () => wake(`${count}`))
  await new Promise((resolve) => {
    wake = resolve
  })
}
async function fromScopeInside() {
  let wake
  for (const step of [1]) setTimeout(() => setTimeout(() => wake(step), 1), 930_000)
  await new Promise((resolve) => {
    wake = resolve
  })
}
async function byEval() {
  let wake
  // biome-ignore lint/security/noGlobalEval: it can name whatever its scope holds.
  setInterval((text) => eval(text), 920_000, 'wake()')
  await new Promise((resolve) => {
    wake = resolve
  })
  return wake
}
class Gate {
  constructor() {
    setInterval(() => this.open?.(), 910_000)
  }
  pass() {
    return new Promise((resolve) => {
      this.open = resolve
    })
  }
}
async function byThis() {
  await new Gate().pass()
}
async function byFunction() {
  let wake
  const waker = async () => {
    await new Promise((resolve) => setTimeout(resolve, 935_000))
    wake()
  }
  waker()
  await new Promise((resolve) => {
    wake = resolve
  })
}
byInterval()
byCall()
byServer()
byEmitter()
fromScopeInside()
byEval()
byThis()
byFunction()
show()

/* waits:
graph
byCall:22
  await -> (timer: setInterval 940000 ms)
byEmitter:41
  await -> (event: event 'told' of EventEmitter)
byEval:56
  await -> (timer: setInterval 920000 ms)
byFunction:81
  a held resolver -> waker:77
byInterval:11
  await -> (timer: setInterval 950000 ms)
byServer:31
  await -> (event: event 'request' of server <address>)
byThis:72
  await -> (timer: setInterval 910000 ms)
fromScopeInside:48
  await -> (timer: setTimeout 930000 ms)
waker:77
  await -> (timer: setTimeout 935000 ms)
*/
