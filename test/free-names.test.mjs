// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are texts of programs.
// Which names of the scopes around it a function's text can use: nothing that it does use may be missing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freeNames, usedNames } from '../dist/heap/free-names.js'

/** What stands behind the function is another's. */
const BEHIND = [', wake)', ';wake()', ')(wake)', ']\nwake', '}\nwake()', ': wake']
const canUse = (text) => {
  const found = BEHIND.map((behind) => freeNames(text + behind, 0)?.has('wake'))
  assert.equal(new Set(found).size, 1, `${text}: ${found}`)
  return found[0]
}

for (const text of [
  '() => wake()',
  'async () => wake()',
  'x => wake',
  'async x => { await x; wake() }',
  '(){ wake() }',
  '(a, b = wake) { }',
  '(a) { return () => { a(wake) } }',
  '(a) => `${`${wake}`}`',
  '(a) => a ? (wake) => 1 : wake',
  '(a) => [(wake) => wake, wake]',
  '(a) => a(...wake)',
  '(a) => a({ wake })',
  '(a) => a / wake / 2',
  '(a) => a() / wake / 2',
  '(a) { if (a) /[/"]/.test(a); wake() }',
  "(a) { return /'/.test(a) || wake() }",
  '(a) { a++ / wake / 1 }',
  '(a) => a?.5:wake',
  '(a) { a(wake)\n{ wake } }',
  '() { class A extends b(wake) { c(wake) {} } }',
  '(a) => { const b = (wake) => wake\n wake(b) }',
  '(a) => { const b = wake => [wake]\n wake(b) }',
  '(a) { a.return / wake / 1 }',
  '() => \\u0077ake()',
  'class A { b = () => wake }',
  'class A extends b({}) { c() { wake() } }',
]) {
  test(`can use it: ${text}`, () => assert.notEqual(canUse(text), false))
}

for (const text of [
  '() => other()',
  'async (x) => x',
  '(wake) => wake()',
  'async wake => wake()',
  '(a, wake) { return () => wake(a) }',
  '(...wake) { wake }',
  '(wake = 1, b = wake) { wake }',
  '(a) => a.wake()',
  '(a) => a?.wake',
  '(a) => a(\'wake\', "wake", `wake ${a} wake`)',
  '(a) { return /wake/.test(a) /* wake */ } // wake',
  '(a) => a / 2 // wake / 1',
  '(a) => awake + wake_',
  '(a) => { a(function wakes(wake) { wake() }) }',
  '(a) { return { run(wake) { wake() } } }',
  '(a) => a ? (wake) => wake : a',
  '(a) {\n  const b = (c) => c\n  ;[b].map((wake) => wake)\n}',
]) {
  test(`cannot use it: ${text}`, () => assert.equal(canUse(text), false))
}

test('a function without a semicolon behind it ends with its line', () => {
  for (const behind of ['\nwake()', '\nconst b = wake', '\n{ wake() }', '\n++wake', '\nclass A extends wake {}']) {
    for (const text of ['(a) => a', '(a) => a()', '(a) => [a]', '(a) => a.in', '(a) => `${a}`', '(a) => a + 1']) {
      assert.equal(freeNames(text + behind, 0)?.has('wake'), false, text + behind)
    }
  }
  for (const text of [
    '(a) => a\n(wake)',
    '(a) => a\n  .then(wake)',
    '(a) => a\n + wake',
    '(a) =>\n wake',
    '(a) => a +\nwake',
  ]) {
    assert.equal(freeNames(text, 0)?.has('wake'), true, text)
  }
})

test('what is not understood is said to be so', () => {
  for (const text of [
    'field = () => wake',
    'class = wake }',
    'class A extends class { } { b = wake }',
    '(a) { if (a) { } /wake/.test(a) }',
    '(a) => { a(',
    '"text"',
    '',
  ]) {
    assert.equal(freeNames(text, 0), null, text)
  }
})

test('what is only taken out of a list is not used', () => {
  for (const text of [
    '() => list.delete(wake)',
    '() => { if (this.removeQueue(wake)) fail(error) }',
    '() => off(a, wake)',
  ])
    assert.equal(usedNames(text, 0)?.has('wake'), false, text)
  for (const text of ['() => wake()', '() => list.delete(wake())', '() => list.delete(wake.id)', '() => call(wake)'])
    assert.equal(usedNames(text, 0)?.has('wake'), true, text)
  assert.equal(usedNames('"text"', 0), null)
})
