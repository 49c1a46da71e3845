// Who waits for a well-known pool or lock, who has it, and whether that can end: test/resources/app.mjs, asked in every way.
import assert from 'node:assert/strict'
import { testEveryRoute } from './resources/every-route.mjs'

/** By the function that waits: what for, and the line that says who has it. */
const EXPECTED = {
  waitsPg: ['a client of Pool (1 of 1 in use), pg-pool', '1 by holdsPg()'],
  waitsTarn: ['a connection of Pool (1 of 1 in use), tarn', '1 by holdsTarn()'],
  waitsSequelize: ['a connection of Pool (1 of 1 in use), sequelize-pool', '1 by holdsSequelize()'],
  waitsGeneric: ['a resource of Pool (1 of 1 in use), generic-pool', '1 by holdsGeneric()'],
  waitsLock: ['the lock of Semaphore (1 in use), async-mutex', '1 by holdsLock()'],
  waitsForLeaked: ['a client of Pool (2 of 2 in use), pg-pool', '2 by no suspended function: leaked'],
  // A timer, a variable, a list of a package or a query has it: no function does, and it is not lost.
  waitsForTimer: ['a client of Pool (1 of 1 in use), pg-pool', ''],
  waitsForKept: ['a client of Pool (1 of 1 in use), pg-pool', ''],
  waitsForHandedOver: ['a client of Pool (1 of 1 in use), pg-pool', ''],
  waitsForQuery: ['a client of Pool (1 of 1 in use), pg-pool', ''],
  '<anonymous>': ['the lock of Semaphore (1 in use), async-mutex', '1 by <anonymous>, which itself waits for it'],
  asksTwice: ['a client of Pool (1 of 1 in use), pg-pool', '1 by asksTwice(), which itself waits for it'],
  asksTwiceOfTwo: [
    'a client of Pool (2 of 2 in use), pg-pool',
    '1 by asksTwiceOfTwo(), which itself waits for it; 1 by sleepsWith()',
  ],
}

function checked(summary) {
  const text = summary.replaceAll(/ \S*app\.mjs:\d+/g, '')
  const found = {}
  for (const [, what, place, holders] of text.matchAll(
    /^1 task waits for (.*)\n {2}(\S+)\n((?: {2}in use: .*\n(?: {10}.*\n)*)?)/gm,
  )) {
    const lines = holders.split('\n').map((line) => line.replace('in use:', '').trim())
    found[place.replace('()', '')] = [
      what,
      lines
        .filter((line) => line !== '' && !line.startsWith('waiting for '))
        .sort()
        .join('; '),
    ]
  }
  assert.deepEqual(found, EXPECTED, summary)
  assert.match(summary, /\n {2}in use: 1 by holdsPg\(\).*\n {12}waiting for setTimeout 900000 ms\n/)
  // `Pool` of the program itself is no pool that we know.
  assert.doesNotMatch(summary, /waitsForOwn\(\)\n.*in use/)
  const deadlocks = summary.split('\n').filter((line) => /^ {2}\d\. /.test(line))
  assert.equal(deadlocks.length, 2, summary)
  assert.ok(
    deadlocks.some((line) => /asksTwice\(\) \S+ → a client of Pool \(1 of 1 in use\) → /.test(line)),
    summary,
  )
  assert.ok(
    deadlocks.some((line) => /<anonymous> \S+ → the lock of Semaphore \(1 in use\) → /.test(line)),
    summary,
  )
}

testEveryRoute('app.mjs', checked)
