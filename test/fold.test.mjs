// How a chain of records is kept bounded, on chains made by hand: one letter a record, the oldest first.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foldChain } from '../dist/record/fold.js'
import { CapturedStack, Origin, ROOT } from '../dist/record/origin.js'

const sites = new Map()

function siteOf(name) {
  const isInternal = name === '.'
  const id = sites.size + 1
  const place = { script: isInternal ? 'node:timers' : 'file:///app.mjs', scriptHash: null, line: id, column: 1 }
  const known = sites.get(name) ?? { id, name, ...place, enclosingLine: null, enclosingColumn: null }
  sites.set(name, { isModule: false, isAwaiting: false, isOwn: false, isInternal, ...known })
  return sites.get(name)
}

/** Each record is a timer that was set at the place of the letter; `.` is a place in Node itself. */
function chainOf(names, root = ROOT) {
  return names.reduce((parent, name) => {
    const stack = new CapturedStack(null, 0)
    stack.sites = [siteOf(name)]
    return new Origin(stack, 0, parent, 'timeout', 1, 0)
  }, root)
}

/** Newest first: a letter, `(letters)×turns` for a group, `-count` for a gap. */
function folded(newest) {
  const parts = []
  for (let at = foldChain(newest, 1, 64); at !== null && at !== ROOT; at = at.parent) {
    const letters = (hops) => hops.map((hop) => hop.sites[0].name).join('')
    if (at.fold === null) parts.push(at.stack.sites[0].name)
    else if (at.fold.hops.length === 0) parts.push(`-${at.fold.leftOut}`)
    else parts.push(`(${letters(at.fold.hops)})×${at.fold.turns}`)
  }
  return parts.join(' ')
}

for (const [what, chain, expected] of [
  ['nothing repeats', 'abc', 'c b a'],
  ['one record repeats', 'abbbb', '(b)×4 a'],
  ['a group repeats, which is named newest first', 'xababab', '(ba)×3 x'],
  ['two repetitions after each other', 'aaabbb', '(b)×3 (a)×3'],
  ['what adds no place of the program goes', 'a.b.', 'b a'],
  ['repetitions with places of Node between', 'a.a.a', '(a)×3'],
]) {
  test(what, () => assert.equal(folded(chainOf([...chain])), expected))
}

test('a chain that does not repeat keeps its ends, and says how many records are left out between', () => {
  const names = Array.from({ length: 300 }, (_, i) => `f${i}`)
  const parts = folded(chainOf(names)).split(' ')
  assert.equal(parts.length, 128 + 1 + 64)
  assert.deepEqual([parts[0], parts[127], parts[128], parts[129], parts.at(-1)], ['f299', 'f172', '-108', 'f63', 'f0'])
})

test('a folded chain goes on being folded: the turns add up', () => {
  const first = foldChain(chainOf([...'aaa']), 1, 64)
  assert.equal(folded(chainOf([...'aa'], first)), '(a)×5')
})

test('work that was created before gets the short chain as well', () => {
  const newest = chainOf([...'aaaa'])
  assert.equal(foldChain(newest, 1, 64), newest.folded)
})
