import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'

async function load() {
  await null
  throw new Error('no such user')
}

async function handle() {
  await load()
}

async function pathOf({ traceOf, formatAsyncTrace }) {
  const error = await handle().catch((thrown) => thrown)
  return formatAsyncTrace(traceOf(error))
}

test('the path of an error is known to a test that imports the package, or requires it', async () => {
  for (const api of [await import('async-trace'), createRequire(import.meta.url)('async-trace')]) {
    assert.match(await pathOf(api), /load\(\).*\n.*handle\(\)/)
  }
})

test('of an error that was thrown outside of any function', async () => {
  const { traceOf } = await import('async-trace')
  const promise = new Promise((_, reject) => setImmediate(() => reject(new Error('later'))))
  const error = await promise.catch((thrown) => thrown)
  assert.notEqual(traceOf(error), null)
})
