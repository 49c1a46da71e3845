// A worker that writes garbage into everything that the threads share, at any time: the process neither ends nor hangs,
// and paths are right or said not to be known. What is forged with checksums that fit may be believed, but harms nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runFile } from './node.mjs'

const seed = Number(process.env.ASYNC_TRACE_SEED ?? Date.now() % 1_000_000)
const RUN_MS = 1500

for (const kind of ['anywhere', 'counts', 'texts', 'records', 'code']) {
  test(`garbage: ${kind}, seed ${seed}`, () => {
    const args = [kind, String(seed), String(RUN_MS)]
    const { right, unknown, workers, wrong } = JSON.parse(runFile('fixtures/hostile-memory.mjs', { args }))
    assert.ok(right + unknown > 100 && workers > 0, `${right} right, ${unknown} not known, ${workers} workers`)
    if (kind !== 'records') assert.deepEqual(wrong, [])
  })
}

test('workers that put something else in the place of the tracer, and answer anything', () => {
  const { threads, own, nodes, texts } = JSON.parse(runFile('fixtures/hostile-answers.mjs'))
  assert.equal(threads, 1 + 11)
  assert.equal(own, 2)
  assert.ok(nodes > 0)
  for (const text of texts) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f]| n1 \[label=x\]/)
  }
})
