import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { runFile } from './node.mjs'

/** Everything that the programs of test/behaviour print is equal with and without tracing. */
export function testBehaviour(setting, options, choose = (files) => files) {
  for (const file of choose(readdirSync(new URL('./behaviour/', import.meta.url)))) {
    test(`${file} ${setting}`, () => {
      const bare = runFile(`./behaviour/${file}`, { ...options, env: { ASYNC_TRACE: 'off' } })
      const traced = runFile(`./behaviour/${file}`, { ...options, env: { ASYNC_TRACE: '' } })
      assert.ok(bare.length > 20)
      assert.equal(traced, bare)
    })
  }
}
