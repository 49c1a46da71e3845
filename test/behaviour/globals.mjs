// What a program can see of the functions that are wrapped, and of its promises and timers.
import 'async-trace'
import timers, { setTimeout as named } from 'node:timers'
import timersPromises from 'node:timers/promises'
import { inspect, promisify, types } from 'node:util'

for (const [name, fn] of Object.entries({
  setTimeout, setInterval, setImmediate, queueMicrotask, nextTick: process.nextTick,
  all: Promise.all, race: Promise.race, any: Promise.any, allSettled: Promise.allSettled,
})) {
  console.log(name, fn.name, fn.length, typeof fn, 'prototype' in fn, Object.keys(fn).join())
  try {
    clearInterval(new fn(() => {}))
    console.log('constructs')
  } catch (error) {
    console.log(error.constructor.name)
  }
}
console.log(timers.setTimeout === setTimeout, named === setTimeout, promisify(setTimeout) === timersPromises.setTimeout)
console.log(promisify(setImmediate) === timersPromises.setImmediate, await promisify(setTimeout)(1, 'value'))
const timer = setTimeout((...args) => console.log('args', args), 1, 'a', 'b')
console.log(Object.getOwnPropertyNames(timer).sort().join(), Object.getOwnPropertySymbols(timer).length, timer.hasRef())
console.log(timer.constructor.name, typeof timer[Symbol.toPrimitive]())
const pending = (async () => await new Promise(() => {}))()
const derived = Promise.resolve(1).then(() => {})
for (const promise of [pending, derived, Promise.all([]), Promise.resolve(2)]) {
  console.log(inspect(promise), Reflect.ownKeys(promise).length, types.isPromise(promise))
}
console.log(Promise[Symbol.species] === Promise, Object.keys(Promise).join(), Reflect.ownKeys(Promise).map(String).sort().join())
class Sub extends Promise {}
console.log(Sub.resolve().then(() => {}) instanceof Sub, Sub.all([]) instanceof Sub)
for (const wrong of [() => setTimeout('x'), () => setInterval(1), () => setImmediate(), () => queueMicrotask(1), () => process.nextTick()]) {
  try {
    wrong()
  } catch (error) {
    console.log(error.name, error.code, error.message)
  }
}
for (const wrong of [Promise.all(1), Promise.race(), Promise.any([]), Promise.all.call(Sub, [1])]) {
  await wrong.then((value) => console.log('value', value, wrong instanceof Sub), (error) => console.log(error.constructor.name, error.message))
}
try {
  Promise.all.call(undefined, [])
} catch (error) {
  console.log(error.constructor.name)
}
console.log(Error.stackTraceLimit, Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace'))
await new Promise((resolve) => setTimeout(resolve, 10))
