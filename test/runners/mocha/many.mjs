import assert from 'node:assert/strict'

const captures = () => globalThis[Symbol.for('async-trace.instance')]?.status().captures ?? 0
let before

describe('many tests that do nothing', () => {
  for (let i = 0; i < 50; i++) {
    it(`number ${i}`, () => {
      before ??= captures()
    })
  }
  after(() => assert.ok(captures() - before < 10, `${captures() - before} stacks`))
})
