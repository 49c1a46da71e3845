// A timer that can only reject is a time limit, and one that merely reaches the resolver is not awaited.
import { EventEmitter } from 'node:events'
import { hold, never, show } from './show.mjs'

const calls = hold(new EventEmitter())
const held = hold([])
const waiting = hold(new Set())

async function limited() {
  await new Promise((resolve, reject) => {
    held.push(resolve)
    setTimeout(() => reject(new Error('late')), 960_000)
  })
}
async function limitedByFunction() {
  await new Promise((resolve, reject) => {
    const finish = (error, value) => (error ? reject(error) : resolve(value))
    calls.on('answer', (value) => finish(null, value))
    setTimeout(() => finish(new Error('timed out')), 960_000)
  })
}
async function settled() {
  await new Promise((resolve, reject) => {
    const finish = (error, value) => (error ? reject(error) : resolve(value))
    setTimeout(() => finish(null, 1), 940_000)
  })
}
async function both() {
  await new Promise((resolve, reject) => {
    setTimeout(() => (held.length > 0 ? resolve() : reject(new Error('none'))), 930_000)
  })
}
async function takenOut() {
  await new Promise((resolve, reject) => {
    waiting.add(resolve)
    setTimeout(() => {
      if (waiting.delete(resolve)) reject(new Error('late'))
    }, 960_000)
  })
}
async function forgotten() {
  await new Promise((resolve) => {
    waiting.add(resolve)
    setTimeout(() => waiting.delete(resolve), 960_000)
  })
}
async function byResolver() {
  await new Promise((_, reject) => setTimeout(reject, 960_000))
}
async function byProperty() {
  const job = {}
  job.done = new Promise((resolve) => {
    job.resolve = resolve
  })
  setTimeout(() => job.resolve(), 920_000)
  await job.done
}

class Pool {
  waiting = []
  constructor() {
    setInterval(() => this.sweep(), 1_000_000)
  }
  sweep() {}
  get() {
    return new Promise((resolve) => this.waiting.push(resolve))
  }
}
const pool = new Pool()
async function pooled() {
  await pool.get()
}

limited()
limitedByFunction()
settled()
both()
takenOut()
forgotten()
byResolver()
byProperty()
pooled()
never()
show({ heap: true })

/* waits:
graph
both:29
  await -> (timer: setTimeout 930000 ms)
byProperty:56
  await -> (timer: setTimeout 920000 ms)
byResolver:48
  await -> (unresolved promise; its resolve() was not found, times out)
forgotten:42
  await -> (unresolved promise; its resolve() is stored in the variable waiting)
limited:10
  await -> (unresolved promise; its resolve() is stored in the variable held, times out)
limitedByFunction:16
  await -> (event: event 'answer' of EventEmitter, times out)
pooled:71
  await -> (unresolved promise; its resolve() is stored in Pool.waiting)
settled:23
  await -> (timer: setTimeout 940000 ms)
takenOut:34
  await -> (unresolved promise; its resolve() is stored in the variable waiting, times out)
*/
