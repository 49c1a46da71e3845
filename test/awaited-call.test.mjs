// Which function's value an `await` waits for, by the source from the `await` on.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { awaitedCall } from '../dist/heap/awaited-call.js'

test('a call that is awaited as it is gives its name', () => {
  assert.equal(awaitedCall('await load()'), 'load')
  assert.equal(awaitedCall('await this.stock.check(sku, { at: [1, ")"] })\nconst next = 1'), 'check')
  assert.equal(awaitedCall('await store?.read?.(`${name})`) ?? 1'), 'read')
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
