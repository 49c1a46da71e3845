// A hundred attaches in a row leave the memory of the process where it was. Takes minutes: node test/attach-memory.mjs
import assert from 'node:assert/strict'
import { ask, start, stop, until } from './targets.mjs'

const ATTACHES = Number(process.argv[2] ?? 100)
const target = await start('memory.mjs', { flags: ['--expose-gc'] })

async function measured() {
  const before = target.stdout.length
  target.child.stdin.write('\n')
  await until(() => target.stdout.slice(before).endsWith('\n'))
  return JSON.parse(target.stdout.slice(before))
}

async function attach(times) {
  for (let i = 0; i < times; i++) {
    const { code, stderr } = await ask(['tree', target.pid])
    assert.equal(code, 0, stderr)
  }
}

try {
  // The first ones load Node's inspector, and what the allocator keeps.
  await attach(5)
  const first = await measured()
  await attach(ATTACHES)
  const last = await measured()
  console.log(process.version, `after 5 and ${ATTACHES + 5} attaches:`, first, last)
  assert.ok(last.heapUsed - first.heapUsed < 1_000_000, 'the heap grew')
  assert.ok(last.rss - first.rss < 20_000_000, 'the process grew')
  assert.equal(last.handles, first.handles)
} finally {
  await stop(target)
}
