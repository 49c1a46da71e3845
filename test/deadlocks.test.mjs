// Which rings of waits are deadlocks, on small graphs made by hand: `1>2` waits for, `1?2` can go on without.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { componentOfEachNode } from '../dist/waits/components.js'
import { findDeadlocks, stuckNodes } from '../dist/waits/deadlocks.js'
import { WaitNet } from '../dist/waits/net.js'
import { stuckAmong } from '../dist/waits/stuck.js'

const waits = (text) =>
  text.split(' ').map((wait) => {
    const [, from, sign, to] = /^(\d+)([>?])(\d+)$/.exec(wait)
    return { from: Number(from), to: Number(to), mode: sign === '>' ? 'all' : 'any' }
  })
const deadlocks = (text, count = 9) => findDeadlocks(count, waits(text)).map((ring) => ring.join('>'))

for (const [what, graph, expected] of [
  ['no wait is a ring', '1>2 2>3', []],
  ['two wait for each other', '1>2 2>1', ['1>2']],
  ['one waits for itself', '1>1', ['1']],
  ['a ring begins with its smallest number', '3>1 1>2 2>3', ['1>2>3']],
  ['a task outside of a ring waits for it', '4>1 1>2 2>1', ['1>2']],
  ['rings that share a task are two', '1>2 2>1 2>4 4>3 3>2', ['1>2', '2>4>3']],
  ['rings that share a wait are two', '1>2 2>1 2>3 3>1', ['1>2', '1>2>3']],
  ['rings apart are two', '1>2 2>1 3>4 4>3', ['1>2', '3>4']],
  ['a race with a way out is none', '1?2 1?3 2>1', []],
  ['a race without a way out is one for each member', '1?2 1?3 2>1 3>1', ['1>2', '1>3']],
  ['a race whose other member is in a ring of its own', '1?2 1?3 2>1 3>4 4>3', ['1>2', '3>4']],
  ['what waits for a race with a way out can go on', '1>2 2?1 2?3', []],
  ['all are waited for, and one can never end', '1>2 1>3 2>1', ['1>2']],
  ['the same wait twice', '1>2 1>2 2>1', ['1>2']],
]) {
  test(what, () => assert.deepEqual(deadlocks(graph), expected))
}

test('a ring as long as the call stack is deep', () => {
  const count = 200_000
  const ring = Array.from({ length: count }, (_, i) => ({ from: i + 1, to: ((i + 1) % count) + 1, mode: 'all' }))
  assert.equal(findDeadlocks(count, ring)[0].length, count)
})

test('of thousands that all wait for each other, one ring is reported', () => {
  const all = []
  for (let from = 1; from <= 60; from++) for (let to = 1; to <= 60; to++) all.push({ from, to, mode: 'all' })
  assert.deepEqual(findDeadlocks(60, all), [[1]])
})

for (const [what, graph, expected] of [
  ['nodes apart', '1>2 2>3', ['1', '2', '3']],
  ['two rings that share a node are one component', '1>2 2>1 2>3 3>2', ['1 2 3']],
  ['two rings, one of which leads to the other', '1>2 2>1 2>3 3>4 4>3', ['1 2', '3 4']],
]) {
  test(`components: ${what}`, () => {
    const targets = [[]]
    for (const { from, to } of waits(graph)) {
      while (targets.length <= Math.max(from, to)) targets.push([])
      targets[from].push(to)
    }
    const component = componentOfEachNode(targets)
    const nodes = [...targets.keys()].slice(1)
    const components = new Set(
      nodes.map((node) => nodes.filter((other) => component[other] === component[node]).join(' ')),
    )
    assert.deepEqual([...components], expected)
  })
}

for (const [what, graph, expected] of [
  ['a ring and what waits for it', '1>2 2>1 3>1', [1, 2, 3]],
  ['what a ring member does not need', '1>2 2>1 1>3', [1, 2]],
  ['one member of a race can end', '1?2 1?3 2>2', [2]],
  ['no member of a race can end', '1?2 1?3 2>2 3>3', [1, 2, 3]],
  ['a race beside a wait that never ends', '1?2 1>3 3>3', [1, 3]],
]) {
  test(`stuck: ${what}`, () => {
    const isStuck = stuckNodes(3, waits(graph))
    assert.deepEqual(
      [1, 2, 3].filter((node) => isStuck[node]),
      expected,
    )
  })
}

test('stuck: the only function that can reach a resolver counts as a wait, a timer does not', () => {
  const fn = (id, awaits, settles) => ({
    id,
    awaits,
    settles: [settles],
    isInternal: false,
    hasReturned: false,
    passedBy: [],
  })
  const [a, b, c] = [fn('a', 'bare', 'ofA'), fn('b', 'ofA', 'ofB'), fn('c', 'timed', 'ofC')]
  const held = { kind: 'functions', ids: ['b'], leaf: null }
  const timer = { kind: 'leaf', key: 'timer', leaf: null }
  const isStuck = stuckAmong(
    new WaitNet([a, b, c], []),
    new Map([
      ['bare', held],
      ['timed', timer],
    ]),
  )
  assert.deepEqual([a, b, c].map(isStuck), [true, true, false])
})
