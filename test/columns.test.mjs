// Places are printed as file:line:column, on which terminals and editors can be clicked: the column of the await.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, memorySkip, start, stop } from './targets.mjs'

const register = new URL('../dist/register.js', import.meta.url).href
const AWAITS = /outer\(\)\n│ {2}outer\(\) columns\.mjs:2:40\n│ {2}inner\(\) columns\.mjs:4:11\n└─ setTimeout 900000 ms/
const MADE = /\n +made by <anonymous> columns\.mjs:4:42\n/

for (const [how, flags, args, expected] of [
  ['through the inspector', [], ['--via', 'inspector'], [AWAITS]],
  ['from memory', [], ['--via', 'memory', '--pause', '60'], [AWAITS]],
  ['of a recorded process', ['--import', register], ['--via', 'inspector'], [AWAITS, MADE]],
]) {
  test(`a tree ${how} has the columns of its places`, { skip: how === 'from memory' && memorySkip() }, async () => {
    const target = await start('columns.mjs', { flags })
    try {
      const { stdout, stderr } = await ask(['tree', target.pid, ...args], { columns: true })
      for (const each of expected) assert.match(stdout, each, stderr)
    } finally {
      await stop(target)
    }
  })
}
