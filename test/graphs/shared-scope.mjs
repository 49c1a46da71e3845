// Functions of one scope hold each other's variables. One that does not name the resolver cannot call it: it is not
// named for it, whatever it hangs from.
import { EventEmitter } from 'node:events'
import { createServer } from 'node:http'
import { hold, show } from './show.mjs'

async function besideInterval() {
  let wake
  let ticks = 0
  setInterval(() => ticks++, 960_000)
  await new Promise((resolve) => {
    wake = resolve
  })
  return [wake, ticks]
}
async function besideServer() {
  let wake
  let requests = 0
  createServer(() => requests++).listen(0, '127.0.0.1')
  await new Promise((resolve) => {
    wake = resolve
  })
  return [wake, requests]
}
async function besideEmitter() {
  let wake
  let count = 0
  hold(new EventEmitter()).on('counted', () => count++)
  await new Promise((resolve) => {
    wake = resolve
  })
  return [wake, count]
}
class Pump {
  constructor(next) {
    this.next = next
  }
}
async function besideObject() {
  let wake
  let count = 0
  hold(new Pump(() => count++))
  await new Promise((resolve) => {
    wake = resolve
  })
  return [wake, count]
}
async function besideScopeInside() {
  let wake
  let count = 0
  for (const step of [1, 2]) setTimeout(() => (count += step), 950_000)
  await new Promise((resolve) => {
    wake = resolve
  })
  return [wake, count]
}
async function besideFunction() {
  let wake
  let count = 0
  const other = async () => {
    count++
    await new Promise((resolve) => setTimeout(resolve, 940_000))
    count++
  }
  other()
  await new Promise((resolve) => {
    wake = resolve
  })
  return [wake, count]
}
function client() {
  const waiting = new Map()
  let beats = 0
  setInterval(() => beats++, 930_000)
  return {
    ask: (id) => new Promise((resolve) => waiting.set(id, resolve)),
    answer: (id) => waiting.get(id)(),
    beats: () => beats,
  }
}
const asked = hold(client())
async function asks() {
  await asked.ask(1)
}
besideInterval()
besideServer()
besideEmitter()
besideObject()
besideScopeInside()
besideFunction()
asks()
show({ tasks: true })

/* waits:
graph
asks:83
  await -> (unresolved promise; its resolve() is stored in the variable asked)
besideEmitter:29
  await -> (unresolved promise; its resolve() is held by besideEmitter() only)
besideFunction:66
  await -> (unresolved promise; its resolve() is held by besideFunction() only)
besideInterval:11
  await -> (unresolved promise; its resolve() is held by besideInterval() only)
besideObject:43
  await -> (unresolved promise; its resolve() is held by besideObject() only)
besideScopeInside:52
  await -> (unresolved promise; its resolve() is held by besideScopeInside() only)
besideServer:20
  await -> (unresolved promise; its resolve() is held by besideServer() only)
other:62
  await -> (timer: setTimeout 940000 ms)
tasks
  PENDING asks:83 | unresolved promise; its resolve() is stored in the variable asked | <module>:91 [async] < root
  PENDING besideEmitter:29 | unresolved promise; its resolve() is held by besideEmitter() only | <module>:87 [async] < root
  PENDING besideFunction:66 | unresolved promise; its resolve() is held by besideFunction() only | <module>:90 [async] < root
  PENDING besideInterval:11 | unresolved promise; its resolve() is held by besideInterval() only | <module>:85 [async] < root
  PENDING besideObject:43 | unresolved promise; its resolve() is held by besideObject() only | <module>:88 [async] < root
  PENDING besideScopeInside:52 | unresolved promise; its resolve() is held by besideScopeInside() only | <module>:89 [async] < root
  PENDING besideServer:20 | unresolved promise; its resolve() is held by besideServer() only | <module>:86 [async] < root
  PENDING other:62 | setTimeout 940000 ms | besideFunction:65 [async] < <module>:90 < root
*/
