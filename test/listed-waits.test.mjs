// In a large heap, what is pending is found in the recorder's list rather than by V8.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runFile, runSource } from './node.mjs'

function answerOf(...args) {
  const output = runFile('./fixtures/listed-waits.mjs', { flags: ['--expose-gc'], args })
  const masked = output
    .replace(/\d+(?:\.\d+)? (?:ms|s|MB)\b/g, 'N')
    .replace(/Process \d+ at [^:]+:\d\d:[\d.]+Z/g, 'Process')
  return JSON.parse(masked)
}

test('a large heap tells of the same waits as a small one', () => {
  const small = answerOf('small', 'old')
  const large = answerOf('large', 'old')
  assert.equal(small.abandonedOnes, 0)
  assert.ok(small.tasks > 5)
  assert.deepEqual(large, small)
})

test('young waits are listed too, and what nothing can resume until V8 has collected it', () => {
  const small = answerOf('small', 'young')
  const large = answerOf('large', 'young')
  assert.deepEqual([small.abandonedOnes, large.abandonedOnes], [0, 10])
  assert.equal(large.tasks, small.tasks + 10)
})

test('what V8 could not find in a small heap is not forgotten in silence when the heap has grown', () => {
  const output = runSource(`
  import vm from 'node:vm'
  import { getTasks } from 'async-trace'
  globalThis.context = vm.createContext({})
  vm.runInContext('async function hidden() { await new Promise((resolve) => { globalThis.held = resolve }) }; hidden(); Object.freeze(Array.prototype)', context)
  const ask = async () => {
    const { threads, tasks } = await getTasks({ heap: false })
    return [threads[0].incomplete ?? '', tasks.some(({ functionExecuting }) => functionExecuting === 'hidden')]
  }
  const small = await ask()
  globalThis.ballast = Array.from({ length: 64 }, () => Buffer.alloc(500_000, 'a').toString('latin1'))
  console.log(JSON.stringify([small, await ask()]))`)
  for (const [said, isListed] of JSON.parse(output)) assert.ok(isListed || said.includes('1 vm context'), output)
})
