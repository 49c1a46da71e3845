// A busy program that counts its own suspended calls, read from its memory at random moments: what is read is what is
// true, or short by the few calls that were in progress, and never one too many.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { LiveMemory } from '../../dist/memory/live-memory.js'
import { ask, memorySkip, start, stop, until } from '../targets.mjs'

const MOMENTS = Number(process.env.MOMENTS ?? 50)
const MARK = Buffer.from(new Int32Array([0x5eedbee1, 0x5eedbee2, 0x5eedbee3, 0x5eedbee4]).buffer)
/** A call may be in progress while it is stopped, and what a collection moves is in two places. */
const MOST_SHORT = 3

test('never one function too many', { skip: memorySkip() }, async (t) => {
  const target = await start('churn.mjs')
  try {
    let short = 0
    for (let moment = 0; moment < MOMENTS; moment++) {
      await sleep(100 + Math.random() * 200)
      process.kill(target.pid, 'SIGSTOP')
      await until(() => countsIn(target.pid) !== null)
      const truth = countsIn(target.pid)
      const { stdout, stderr, code } = await ask(['ps', target.pid, '--json', '--via', 'memory', '--pause', '60'])
      process.kill(target.pid, 'SIGCONT')
      assert.equal(code, 0, stderr)
      const names = JSON.parse(stdout).tasks.flatMap(({ stack }) => stack.map(({ name }) => name))
      const read = ['query', 'cache', 'handle'].map((name) => names.filter((each) => each === name).length)
      const message = `moment ${moment}: read ${read}, true ${truth}, abandoned ${names.filter((name) => name === 'abandoned').length}`
      for (const [i, count] of read.entries()) {
        assert.ok(count <= truth[i] && count >= truth[i] - MOST_SHORT, message)
        short += truth[i] - count
      }
      t.diagnostic(message)
    }
    t.diagnostic(`${MOMENTS} moments, ${short} calls in progress`)
  } finally {
    await stop(target)
  }
})

/** What the program counted; null where its memory has no such counts. */
function countsIn(pid) {
  const memory = new LiveMemory(pid)
  try {
    for (const { start: from, end, isWritable, path } of memory.mappings) {
      if (!isWritable || (path !== '' && path !== '[heap]') || end - from > 2 ** 26) continue
      const bytes = Buffer.alloc(end - from)
      memory.readInto(bytes, bytes.length, from)
      for (let at = bytes.indexOf(MARK); at !== -1; at = bytes.indexOf(MARK, at + 1)) {
        const counts = [16, 20, 24].map((offset) => bytes.readInt32LE(at + offset))
        if (at % 8 === 0 && counts[2] > 0) return counts
      }
    }
    return null
  } finally {
    memory.close()
  }
}
