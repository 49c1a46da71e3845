// A test that takes its lock again, and has no time limit.
import { Mutex } from 'async-mutex'
import { test } from 'vitest'

const lock = new Mutex()
async function inner() {
  return lock.runExclusive(() => 1)
}
test('locks', async () => {
  await lock.runExclusive(inner)
})
