// What a task waits for at the bottom has the place where it was made, where that is certain.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runFile } from './node.mjs'

test('bare promises and timers that only the heap knows', () => {
  const lines = runFile('fixtures/made-at.mjs').trim().split('\n')
  const found = Object.fromEntries(lines.map((line) => JSON.parse(line)).map(([name, ...leaf]) => [name, leaf]))
  assert.deepEqual(found, {
    atOnce: ['promise', 'atOnce:15'],
    inObject: ['promise', 'inObject:19'],
    nobody: ['promise', 'nobody:23'],
    elsewhere: ['promise', null],
    ofVariable: ['promise', null],
    ofCall: ['promise', null],
    byTimer: ['timer', 'byTimer:41'],
  })
})

test('work of the thread pool has the place where it was begun, unless it could be one of two', () => {
  const lines = runFile('fixtures/made-at-jobs.mjs').trim().split('\n')
  const found = Object.fromEntries(lines.map((line) => JSON.parse(line)).map(([name, ...leaf]) => [name, leaf]))
  assert.deepEqual(found, {
    reads: ['file operation', 'reads:17'],
    hashes: ['crypto.pbkdf2()', 'hashes:20'],
    whicheverIsFirst: ['crypto.scrypt()', null],
  })
})

test('a short timer has its place at once, and one that can only reject is none', () => {
  assert.deepEqual(JSON.parse(runFile('fixtures/short-timer.mjs')), { waits: ['timer', 4], limited: ['promise', null] })
})
