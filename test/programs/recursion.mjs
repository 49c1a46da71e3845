// Recursion prints its group once: synchronous, awaited, un-awaited, and two functions in turn.
import { trace } from './trace.mjs'

function down(n) {
  if (n === 0) trace('a') // a0 down
  else down(n - 1) // a1 down ×9
}

async function descend(n) {
  await null
  if (n === 0) trace('b') // b0 descend
  else await descend(n - 1) // b1 descend ×12
}

async function spread(n) {
  await null
  if (n === 0) trace('c') // c0 spread
  else void spread(n - 1) // c1 spread [ASYNC] ×7
}

async function even(n) {
  await null
  if (n === 0) trace('d') // d0 even
  else await odd(n - 1) // d2 even ×4
}

async function odd(n) {
  await even(n - 1) // d1 odd ×4
}

async function dive(n) {
  if (n === 0) {
    await null
    trace('e') // e0 dive
  } else await dive(n - 1) // e1 dive ×20
}

down(9) // a2 <module>
await descend(12) // b2 <module>
void spread(7) // c2 <module> [ASYNC]
await even(8) // d3 <module>
await dive(20) // e2 <module>
