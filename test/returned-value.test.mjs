// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are texts of programs.
// What a function does with the value of a call, by its text: what is not understood must not be called returned.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useInFunction } from '../dist/walk/returned-value.js'

/** @param text the place of the call, as V8 gives it, has a § before it. */
const useIn = (text) => useInFunction(text.replace('§', ''), text.indexOf('§'))

for (const text of [
  'async function f() { return §wanted() }',
  'async () => §wanted()',
  'async x => §wanted(x)',
  'x => §wanted(x)',
  '(a, b = { c: [] }) => this.a.b?.§wanted(a, b)',
  'f() { return this.#a[0].§wanted() }',
  'get f() { return §wanted() }',
  'async #f() { return (await open()).§wanted() }',
  "async ['f' + 1]() { return new Client().§wanted(); }",
  'function f(a) { if (a) return §wanted()\n  other() }',
  'function f(a) { return a ? §wanted() : null }',
  'function f(a) { return a ? null : b ? §wanted() : c }',
  'function f(a) { return a === b && §wanted() }',
  'function f(a) { return (a ?? (§wanted())) }',
  'function f(a) { return a.b(c) || §wanted({ d: 1 }) }',
  'async function f() { try { return §wanted() } finally { a() } }',
  'async function f() { switch (a) { case 1: return §wanted(`${a}`) } }',
  'async function f() { return (0, other)§() }',
  'function f() { return §wanted?.() }',
  'function f() { return §new a.Promise(() => {}) }',
]) {
  test(`returns it: ${text}`, () => assert.equal(useIn(text).isReturned, true))
}

for (const text of [
  'async function f() { §wanted(); return a }',
  'async function f() { return await §wanted() }',
  'async function f() { return §wanted().then(a) }',
  'async function f() { return §wanted()\n  .then(a) }',
  'async function f() { return\n  §wanted() }',
  'async function f() { return a(§wanted()) }',
  'async function f() { return [§wanted()] }',
  'async function f() { return { a: §wanted() } }',
  'async function f() { return §wanted(), a }',
  'async function f() { return !§wanted() }',
  'async function f() { return §wanted() && a }',
  'async function f() { return §wanted() ? a : b }',
  'async function f() { return a || §wanted() + 1 }',
  'async function f() { return (a = §wanted()) }',
  'async function f() { return `${§wanted()}` }',
  'async function f() { const a = §wanted(); return a }',
  'async function* f() { return §wanted() }',
  'function* f() { return §wanted() }',
  '*f() { return §wanted() }',
  'async *f() { return §wanted() }',
  '(a = §wanted()) => a',
  'async () => { §wanted() }',
  'class A extends B { constructor() { return super.a(§wanted()) } }',
  'async function f() { a.return\n §wanted() }',
  'async function f() { return a ? b : c, §wanted() }',
  'async function f() { return void §wanted() }',
  'async function f() { return yield_ = §wanted() }',
]) {
  test(`does something else: ${text}`, () => assert.equal(useIn(text).isReturned, false))
}

for (const [text, expected] of [
  ['async () => Promise.all([a(), §wanted()])', 'member'],
  ['async () => { return Promise.race([§wanted(), a()]) }', 'member'],
  ['async (a) => Promise.all(a.§wanted((b) => b))', 'list'],
  ['async () => Promise.all([[§wanted()]])', null],
  ['async () => await Promise.all([§wanted()])', null],
  ['async () => all([§wanted()])', null],
]) {
  test(`in a combinator: ${text}`, () => assert.equal(useIn(text).inCombinator, expected))
}

test('the return around a call, unless something might be caught', () => {
  const text = 'async (a) => { b()\n return a([§wanted()]) }'
  assert.equal(useIn(text).returnAt, text.indexOf('return'))
  assert.equal(useIn('async () => { try { return a(§wanted()) } catch { return b } }').returnAt, null)
  assert.equal(useIn('async () => { §wanted()\n return a }').returnAt, null)
  assert.equal(useIn('async () => { return a\n §wanted() }').returnAt, null)
})

test('what is awaited as it is', () => {
  assert.equal(useIn('async () => { await a.§wanted() }').isAwaited, true)
  assert.equal(useIn('async () => { await §wanted().then(a) }').isAwaited, false)
})
