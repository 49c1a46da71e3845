// Which function's value an `await` waits for, by the source from the `await` on.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { awaitedCall, awaitedMember } from '../dist/heap/awaited-call.js'

test('a call that is awaited as it is gives its name', () => {
  assert.equal(awaitedCall('await load()'), 'load')
  assert.equal(awaitedCall('await this.stock.check(sku, { at: [1, ")"] })\nconst next = 1'), 'check')
  assert.equal(awaitedCall('await store?.find?.(`a)` + ")") ?? 1'), 'find')
  assert.equal(awaitedCall('await this.#stock.check()'), 'check')
  assert.equal(awaitedCall('await this.#open(/\\)/) // .then(report)'), '#open')
  assert.equal(awaitedCall('await load(async () => { await other() })]'), 'load')
})

test('a value that goes through something else before it is awaited gives none', () => {
  for (const text of [
    'await load().then(parse)',
    'await load()\n  .json()',
    'await load() /* and */ ?.json',
    'await load()()',
    'await loads()[0]',
    'await tag()`text`',
  ]) {
    assert.equal(awaitedCall(text), null, text)
  }
})

test('what is no call, and what V8 implements itself, gives none', () => {
  for (const text of [
    'await promise',
    'await new Loader()',
    'await import("./loader.js")',
    'await (load())',
    'await Promise.all([load()])',
    'await Promise.resolve(promise)',
    'await promise.then(load)',
    'await promise.finally(load)',
    'await function () {}()',
    'await load?.name',
    'await once(socket, "data")',
    'await fs.readFile(path)',
  ]) {
    assert.equal(awaitedCall(text), null, text)
  }
})

test('what is not understood gives none', () => {
  assert.equal(awaitedCall('await load('), null)
  assert.equal(awaitedCall('for await (const part of load())'), null)
  assert.equal(awaitedCall('load()'), null)
  assert.equal(awaitedCall(''), null)
})

test('a member of a combinator: by its place in the list', () => {
  const text = 'await Promise.all([load(1), this.stock.check({ at: [1, 2] }), promise, load(2).then(parse)])'
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((index) => awaitedMember(text, index)),
    ['load', 'check', null, null, null],
  )
  assert.equal(awaitedMember('await Promise.race([load(1), load(2),])', -1), 'load')
  assert.equal(awaitedMember('await Promise.race([load(1), sleep(2)])', -1), null)
})

test('a member of a combinator: by the function that made the list', () => {
  for (const list of [
    'ids.map(load)',
    'ids.map((id) => load(id))',
    'this.jobs[0]?.ids.map(id => this.#store.load(id, { at: [1, ")"] }))',
    'Object.keys(ids).filter(Boolean).map((id, at) => { return load(id, at); })',
    '[1, 2].map(({ id }) => load(id)), // all',
    "'ab'.split('').map(load)",
  ]) {
    assert.equal(awaitedMember(`await Promise.all(${list}\n)`, 1), 'load', list)
  }
})

test('where a member may be another value, none is named', () => {
  for (const list of [
    'ids',
    'promises || ids.map(load)',
    'ids.map(load).concat(others)',
    'ids.map(async (id) => load(id))',
    'ids.map((id) => load(id) ?? known)',
    'ids.map((id) => { log(id); return load(id) })',
    'ids.map((id) => (id > 1 ? load(id) : null))',
    'ids.map(load.bind(null))',
    'await ids.map(load)',
    'new Ids().map(load)',
    '[...ids.map(load)]',
    'ids.map(Promise.resolve)',
    'ids.flatMap(load)',
  ]) {
    assert.equal(awaitedMember(`await Promise.all(${list})`, 0), null, list)
  }
  assert.equal(awaitedMember('await Promise.all([load()]).then(join)', 0), null)
  assert.equal(awaitedMember('await all([load()])', 0), null)
  assert.equal(awaitedMember('await Promise.all([load()', 0), null)
})
