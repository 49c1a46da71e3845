// Listeners run in the call of emit(); what waits for an event goes on where it waited.
import { EventEmitter, on, once } from 'node:events'
import { trace } from './trace.mjs'

const bus = new EventEmitter()
bus.on('saved', function log() {
  trace('a') // a0 log
})
bus.on('saved', async () => {
  await null
  trace('b') // b0 <anonymous>
})
const target = new EventTarget()
target.addEventListener('changed', () => trace('c')) // c0 <anonymous>

async function save() {
  await null
  bus.emit('saved') // a1 save, b1 save [ASYNC]
  target.dispatchEvent(new Event('changed')) // c1 save
}

async function waiter() {
  await once(bus, 'go')
  trace('d') // d0 waiter
  for await (const [n] of on(bus, 'tick')) {
    trace('e') // e0 waiter
    if (n === 2) break
  }
}

const waiting = waiter() // d1 <module> [ASYNC], e1 <module> [ASYNC]
await save() // a2 <module>, b2 <module>, c2 <module>
let n = 0
const timer = setInterval(() => {
  bus.emit('go')
  bus.emit('tick', n++)
}, 1)
await waiting
clearInterval(timer)
