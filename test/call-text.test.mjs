// What V8's own text of a frame names, as processes that are asked give it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { functionInText } from '../dist/engine/call-text.js'

for (const [text, name] of [
  ['load (file:///app.mjs:3:5)', 'load'],
  ['async load (file:///app.mjs:3:5)', 'load'],
  ['async Store.load [as find] (/app (old)/store.js:3:5)', 'Store.load'],
  ['Store.load [as find] (/app/store.js:3:5)', 'Store.load'],
  ['new Store (/app/store.js:3:5)', 'new Store'],
  ['file:///app.mjs:3:5', null],
  ['async file:///app.mjs:3:5', null],
  ['Timeout._onTimeout (/app/store.js:3:5)', null],
  ['Timeout.notify [as _onTimeout] (/app/store.js:3:5)', 'notify'],
  ['async Immediate.<anonymous> (/app/store.js:3:5)', null],
  ['Object.<anonymous> (/app/store.js:3:5)', 'Object.<anonymous>'],
]) {
  test(text, () => {
    const found = functionInText(text)
    assert.equal(found.isAwaiting, text.startsWith('async '))
    assert.equal(found.name, name)
  })
}
