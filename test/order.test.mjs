// The answer does not depend on where V8 has put the objects of a program. The memory of one program is read as it lies there, and
// as if everything lay in another order: with its objects met in the opposite and in random order.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { engineOf } from '../dist/attach/engine-of-process.js'
import { readThread } from '../dist/attach/memory-thread.js'
import { explanationText } from '../dist/format/explanation-text.js'
import { EngineHeap } from '../dist/memory/engine-heap.js'
import { LiveMemory } from '../dist/memory/live-memory.js'
import { mainIsolateOf } from '../dist/memory/main-isolate.js'
import { MemoryHeap } from '../dist/memory/memory-heap.js'
import { descriptorsOf } from '../dist/operating-system/descriptors.js'
import { canonicalOrder } from '../dist/waits/canonical-order.js'
import { casesOf } from './every-case.mjs'
import { memorySkip, start, stop } from './targets.mjs'

const ORDERS = 6
const unprepared = new URL('./parity/unprepared.mjs', import.meta.url).href
const folderOf = (name) => fileURLToPath(new URL(`./${name}/`, import.meta.url))
const programsIn = (name, says) =>
  readdirSync(folderOf(name))
    .filter((file) => /\.[cm]js$/.test(file) && readFileSync(folderOf(name) + file, 'utf8').includes(says))
    .map((file) => `${name}/${file}`)
const all = [
  ...programsIn('hangs', "hangs.mjs'"),
  ...programsIn('graphs', "show.mjs'"),
  ...programsIn('targets', "'ready"),
]
const isTelling = (file) =>
  /^hangs\/(locks-crossed|own-locks-by-key|own-pool)|^graphs\/pool\.|^targets\/(alike|http-requests)\./.test(file)

test('nodes of a graph have the same order however they are numbered', () => {
  // Two rings of two, and two rows of three, one of which ends elsewhere.
  const texts = ['a', 'b', 'a', 'b', 'a', 'a', 'b', 'a', 'a', 'c']
  const pairs = [
    [0, 1],
    [1, 0],
    [2, 3],
    [3, 2],
    [4, 5],
    [5, 6],
    [7, 8],
    [8, 9],
  ]
  const readIn = (numbers) => {
    const nodes = { ranks: [], texts: [] }
    for (const [i, number] of numbers.entries()) {
      nodes.ranks[number] = texts[i] === 'c' ? 1 : 0
      nodes.texts[number] = texts[i]
    }
    const places = canonicalOrder(nodes, {
      from: pairs.map(([from]) => numbers[from]),
      to: pairs.map(([, to]) => numbers[to]),
      labels: pairs.map(() => ''),
    })
    assert.deepEqual(
      [...places].sort((a, b) => a - b),
      [...numbers.keys()],
    )
    const told = nodes.texts.map((text, node) => [places[node], text]).sort(([a], [b]) => a - b)
    return { told, edges: pairs.map((pair) => pair.map((i) => places[numbers[i]]).join('>')).sort() }
  }
  const numbers = [...texts.keys()]
  const expected = readIn(numbers)
  assert.equal(expected.told.at(-1)[1], 'c')
  const random = randomNumbers(1)
  for (let round = 0; round < 20; round++) {
    const others = numbers.map((each) => [random(), each]).sort(([a], [b]) => a - b)
    assert.deepEqual(readIn(others.map(([, each]) => each)), expected)
  }
})

/** Each takes as long as seven readings: ORDER=all for all of them. */
const some = process.env.ORDER === 'all' ? all : all.filter((file, i) => i % 5 === 0 || isTelling(file))
for (const file of casesOf(some, isTelling)) test(file, { skip: memorySkip() }, () => isAlikeInAnyOrder(file))

async function isAlikeInAnyOrder(file) {
  const [folder, name] = file.split('/')
  const flags = folder === 'graphs' ? ['--import', unprepared] : []
  const target = await start(name, {
    cwd: folderOf(folder),
    flags,
    env: { GRAPH_STAYS: '1' },
    waitFor: folder === 'hangs' ? 'hangs' : 'ready',
  })
  if (target.child.exitCode !== null) return
  // It stands still from here on.
  await sleep(100)
  process.kill(target.pid, 'SIGSTOP')
  await sleep(50)
  const memory = new LiveMemory(target.pid, { check() {} })
  try {
    const engine = new EngineHeap(memory, engineOf(target.pid))
    const stack = memory.mappings.find(({ path }) => path === '[stack]')
    const main = mainIsolateOf(engine, stack)
    const about = { threadId: 0, descriptors: descriptorsOf(target.pid), loop: null, nowMs: Number.NaN }
    const read = (heap) => readThread(heap, about).graph
    const expected = withoutConnections(read(new MemoryHeap(engine, main)))
    for (let seed = 0; seed < ORDERS; seed++) {
      const seen = withoutConnections(read(new OtherOrder(engine, main, seed)))
      assert.equal(explanationText(seen, [], 'basename'), explanationText(expected, [], 'basename'), `order ${seed}`)
      assert.deepEqual(seen, expected, `order ${seed}`)
    }
  } finally {
    memory.close()
    await stop(target)
  }
}

/**
 * Of two requests that are alike in everything else, either may be named first; of functions that only a request tells apart,
 * either may have the smaller number.
 */
function withoutConnections(graph) {
  if (graph.requests === undefined) return graph
  return {
    ...graph,
    requests: graph.requests.map((each) => ({ ...each, connection: null, nodeIds: [] })),
  }
}

/** The same heap, whose objects lie in another order. */
class OtherOrder extends MemoryHeap {
  #random

  constructor(engine, isolate, seed) {
    super(engine, isolate)
    // Order 0 is the opposite one.
    this.#random = seed === 0 ? null : randomNumbers(seed)
  }

  #shuffled(values) {
    const list = [...values]
    if (this.#random === null) return list.reverse()
    const keyed = list.map((value) => [this.#random(), value])
    return keyed.sort(([a], [b]) => a - b).map(([, value]) => value)
  }

  idOf(node) {
    return this.#random === null ? -node : Math.imul(node / 8, 0x9e3779b1)
  }
  awaitedPromises() {
    return this.#shuffled(super.awaitedPromises())
  }
  closuresOf(builtin) {
    return this.#shuffled(super.closuresOf(builtin))
  }
  nodesWith(name) {
    return this.#shuffled(super.nodesWith(name))
  }
  instancesWith(name) {
    return this.#shuffled(super.instancesWith(name))
  }
  instancesOf(prototypes) {
    return this.#shuffled(super.instancesOf(prototypes))
  }
  retainersOf(nodes) {
    return new Map([...super.retainersOf(nodes)].map(([node, edges]) => [node, this.#shuffled(edges)]))
  }
}

/** Numbers below 1, the same for a seed each time (mulberry32). */
function randomNumbers(seed) {
  let state = seed * 0x9e3779b9
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
