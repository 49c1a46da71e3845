// Functions that are alike, and differ only in what they wait for or who waits for them; and rings that are alike in everything.
import { EventEmitter } from 'node:events'

const never = new EventEmitter()
const job = async (waits) => step(waits)
const step = async (waits) => {
  await waits
}
const timer = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const event = (name) => new Promise((resolve) => never.once(name, resolve))

for (const each of [event('b'), timer(900_000), event('a'), timer(800_000), event('b')]) job(each)
for (const wait of [Promise.all([job(timer(900_000)), job(event('a'))]), job(event('a'))]) job(wait)

for (let count = 0; count < 3; count++) {
  const first = ring(() => second)
  const second = ring(() => first)
}
async function ring(other) {
  await null
  await other()
}
setTimeout(() => console.log('ready'), 50)
