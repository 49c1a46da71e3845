// Every object in the memory of a process is found, wherever V8 has put it, and what holds it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { engineOf } from '../dist/attach/engine-of-process.js'
import { EngineHeap } from '../dist/memory/engine-heap.js'
import { LiveMemory } from '../dist/memory/live-memory.js'
import { MemoryHeap } from '../dist/memory/memory-heap.js'
import { ask, memorySkip, start, stop } from './targets.mjs'

const skip = memorySkip()
const wanted = Array.from({ length: 300 }, (_, i) => i)
let target
let memory
let heap
before(async () => {
  if (skip) return
  target = await start('../fixtures/moved-objects.cjs', { flags: ['--expose-gc'] })
  // It stands still from here on.
  process.kill(target.pid, 'SIGSTOP')
  memory = new LiveMemory(target.pid)
  const engine = new EngineHeap(memory, engineOf(target.pid))
  heap = new MemoryHeap(engine, engine.isolates[0])
})
after(async () => {
  if (skip) return
  memory.close()
  await stop(target)
})

test('objects that stand behind the map of others are found', { skip }, () => {
  const found = heap.instancesWith('probeHolds').map((node) => heap.properties.numberOf(node, 'number'))
  const missing = wanted.filter((i) => !found.includes(i))
  assert.deepEqual(missing, [])
  // V8 keeps one more for the literal itself.
  assert.ok(found.length <= wanted.length + 1, `${found.length} objects`)
})

test('so is what holds them', { skip }, () => {
  const probes = heap.instancesWith('probeHolds')
  const held = probes.map((node) => heap.child(node, 'probeHolds'))
  const retainers = heap.retainersOf(held)
  for (const [i, probe] of probes.entries()) {
    const edges = retainers.get(held[i])
    assert.ok(
      edges.some(({ node, name }) => node === probe && name === 'probeHolds'),
      `object ${i} is held by ${JSON.stringify(edges)}`,
    )
  }
})

test('a scope with hundreds of variables is one of the program', { skip }, async () => {
  const wide = await start('wide-scope.cjs')
  const { stdout, stderr } = await ask(['tree', wide.pid, '--via', 'memory', '--pause', '60'])
  await stop(wide)
  assert.match(stdout, /its resolve\(\) is stored in the variable waiting$/m, stderr)
})
