// Who waits for a limiter, a keyed lock, a batch or a connection, who has it, and whether that can end:
// test/resources/limiters.mjs, asked in every way.
import assert from 'node:assert/strict'
import { testEveryRoute } from './resources/every-route.mjs'

/** By the function that waits: what for, and the functions that have it. */
const EXPECTED = {
  waitsLimit: ['a turn of pLimit (2 of 2 in use), p-limit', ['2 by holdsLimit()']],
  waitsQueue: ['a turn of PQueue (1 of 1 in use), p-queue', ['1 by holdsQueue()']],
  waitsKey: ['a lock of AsyncLock, async-lock', ['1 by holdsKey()']],
  waitsBatch: ['a batch of DataLoader, dataloader', ['1 by readsBatch()']],
  waitsBottleneck: ['a turn of Bottleneck (1 of 1 in use), bottleneck', ['1 by holdsBottleneck()']],
  waitsWorker: ['a worker of Piscina (1 of 1 in use), piscina', ['1 by holdsWorker()']],
  waitsRedis: ['a turn on the connection of Redis, behind blpop, ioredis', ['1 by consumes()']],
  waitsUndici: ['a connection of Pool (1 of 1 in use), undici', ['1 by asks()']],
  waitsMysql: ['a connection of Pool (1 of 1 in use), mysql2', ['1 by holdsMysql()']],
}

/** A function that each deadlock leads through, and no other. */
const DEADLOCKS = [
  / → the end of all tasks of PQueue \(2 of 5 in use\) → /,
  /a turn of pLimit \(1 of 1 in use\) → /,
  /loadTeams\(\) .*a batch of DataLoader → a batch of DataLoader → /,
  /a lock of AsyncLock → .* → a lock of AsyncLock → /,
]

function checked(summary) {
  const text = summary.replaceAll(/ \S*\.m?js:\d+/g, '').replaceAll(/(?:Job|DataLoader)\./g, '')
  for (const [name, [what, holders]] of Object.entries(EXPECTED)) {
    const found = text.split('\n').findIndex((line) => line.startsWith(`  ${name}()`))
    const [waits, , ...lines] = text.split('\n').slice(found - 1)
    assert.equal(waits, `1 task waits for ${what}`, summary)
    assert.equal(lines[0]?.replace('in use:', '').trim(), holders[0], summary)
  }
  const deadlocks = summary.split('\n').filter((line) => /^ {2}\d[\d, ]*\. /.test(line))
  for (const expected of DEADLOCKS) assert.equal(deadlocks.filter((line) => expected.test(line)).length, 1, summary)
  assert.equal(deadlocks.length, DEADLOCKS.length, summary)
}

testEveryRoute('limiters.mjs', checked)
