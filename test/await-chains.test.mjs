// Which functions are one task with their caller, on small graphs made by hand: `a>b` awaits, `a~b` waits through others.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { joinChains } from '../dist/waits/await-chains.js'

/** @param returned functions that have returned the promise that they wait for. @param apart those with a task of their own. */
function chains(text, { returned = '', apart = '' } = {}) {
  const nodes = new Map()
  const node = (id) => {
    const fn = { id, hasReturned: returned.includes(id) }
    if (!nodes.has(id)) nodes.set(id, { kind: 'function', index: nodes.size, function: fn })
    return nodes.get(id)
  }
  const links = text.split(' ').map(([from, sign, to]) => ({
    from: node(from),
    to: node(to),
    via: sign === '~' ? ['Promise.all (index 0)'] : [],
    mode: 'all',
    isHeldResolver: sign === '!',
  }))
  const source = { isOneTask: (_, { id }) => !apart.includes(id) }
  const { chains, chainOf } = joinChains([...nodes.values()], links, source)
  for (const { index, function: fn } of nodes.values()) assert.ok(chains[chainOf[index]].includes(fn))
  return chains.map((chain) => chain.map(({ id }) => id).join(''))
}

for (const [what, text, expected, options] of [
  ['each awaits the next', 'a>b b>c', ['abc']],
  ['two await the same one', 'a>c b>c', ['a', 'c', 'b']],
  ['one awaits through a combinator', 'a~b b>c', ['a', 'bc']],
  ['one waits for two', 'a>b a>c', ['a', 'b', 'c']],
  ['the inner one began as a task of its own', 'a>b b>c', ['a', 'bc'], { apart: 'b' }],
  ['one that returned belongs to its only awaiter, and the call apart', 'a>b b>c', ['ab', 'c'], { returned: 'b' }],
  ['one that returned is awaited by two: it belongs to its call', 'a>c b>c c>d', ['a', 'cd', 'b'], { returned: 'c' }],
  ['a held resolver is no call', 'a!b', ['a', 'b']],
  ['a ring is shown function by function', 'a>b b>c c>a', ['a', 'b', 'c']],
  ['a chain that ends in a ring with itself', 'a>b b>c c>b', ['a', 'b', 'c']],
]) {
  test(what, () => assert.deepEqual(chains(text, options), expected))
}

test('a chain far deeper than the call stack', () => {
  const name = (i) => ({ kind: 'function', index: i, function: { id: i, hasReturned: false } })
  const nodes = Array.from({ length: 50_000 }, (_, i) => name(i))
  const links = nodes.slice(1).map((to, i) => ({ from: nodes[i], to, via: [], mode: 'all', isHeldResolver: false }))
  const { chains: found } = joinChains(nodes, links, { isOneTask: () => true })
  assert.deepEqual(
    found.map(({ length }) => length),
    [50_000],
  )
})
