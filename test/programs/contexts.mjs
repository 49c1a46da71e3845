// Code that runs in other contexts of vm: awaits, .then, timers and combinators, and calls from one context to another.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import vm from 'node:vm'
import { trace } from './trace.mjs'

const file = fileURLToPath(import.meta.url)
const text = readFileSync(file, 'utf8')

let context

/** Makes a function anew in a context, from its own text, with the lines of this file. */
function inContext(fn, options) {
  const lineOffset = text.slice(0, text.indexOf(String(fn))).split('\n').length - 1
  context = vm.createContext({ trace, setTimeout, setImmediate, load }, options)
  return vm.runInContext(`(${fn})`, context, { filename: file, lineOffset, columnOffset: -1 })
}

async function load(label) {
  await null
  trace(label) // g0 load, h0 load, k0 load
}

const awaits = inContext(async function awaits() {
  await null
  trace('a') // a0 awaits
  await new Promise((resolve) => setTimeout(resolve, 1))
  trace('b') // b0 awaits
})

const thens = inContext(function thens() {
  return Promise.resolve()
    .then(() => trace('c')) // c0 <anonymous>, c1 thens [THEN]
    .finally(() => trace('d')) // d0 <anonymous>, d1 thens [THEN]
})

const timers = inContext(function timers() {
  setTimeout(() => trace('e'), 1) // e0 <anonymous>, e1 timers [TIMEOUT]
})

const combines = inContext(async function combines() {
  const lazy = { then(resolve) { trace('f'); resolve() } } // f0 then
  await Promise.all([lazy, load('g'), 1]) // f1 combines [MICROTASK], g1 combines [ASYNC]
  await load('h') // h1 combines
  trace('i') // i0 combines
})

const drained = inContext(async function drained() {
  await null
  trace('j') // j0 drained
}, { microtaskMode: 'afterEvaluate' })
const ofDrained = context

const floats = inContext(async function floats(label) {
  await new Promise((resolve) => setImmediate(resolve))
  trace(label) // m0 floats, n0 floats
})

const nested = inContext(async function nested() {
  load('k') // k1 nested [ASYNC]
  await null
  trace('l') // l0 nested
})

async function main() {
  await awaits() // a1 main, b1 main
  await thens() // c2 main, d2 main
  timers() // e2 main
  await combines() // f2 main, g2 main, h2 main, i1 main
  drained() // j1 main [ASYNC]
  vm.runInContext('0', ofDrained)
  await nested() // k2 main, l1 main
  floats('m') // m1 main [ASYNC]
  await null
  await floats('n').then(() => trace('o')) // n1 main [ASYNC], o0 <anonymous>, o1 main [THEN]
  trace('p') // p0 main
}

await main() // a2 <module>, b2 <module>, c3 <module>, d3 <module>, e3 <module>, f3 <module>, g3 <module>, h3 <module>, i2 <module>, j2 <module>, k3 <module>, l2 <module>, m2 <module>, n2 <module>, o2 <module>, p1 <module>
