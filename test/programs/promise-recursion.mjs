// Promise chains that call themselves: the group of each turn is printed once.
import { trace } from './trace.mjs'

function loop(n) {
  if (n === 0) return trace('a') // a0 loop
  return Promise.resolve().then(() => loop(n - 1)) // a1 <anonymous> ×150, a2 loop [THEN] ×150
}

function again(n) {
  if (n === 0) return trace('b') // b0 again
  return Promise.reject(new Error('expected')).catch(async () => { // b2 again [THEN] ×5
    await null
    again(n - 1) // b1 <anonymous> ×5
  })
}

await loop(150) // a3 <module>
again(5) // b3 <module>
