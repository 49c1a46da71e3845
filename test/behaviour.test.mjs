// A program behaves the same with and without tracing: everything that these programs print is equal.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { runFile } from './node.mjs'

const settings = {
  'as it is': {},
  'with --enable-source-maps': { flags: ['--enable-source-maps'] },
  'loaded by --import': { flags: ['--import', 'async-trace/register'] },
}

for (const file of readdirSync(new URL('./behaviour/', import.meta.url))) {
  for (const [setting, options] of Object.entries(settings)) {
    test(`${file} ${setting}`, () => {
      const bare = runFile(`./behaviour/${file}`, { ...options, env: { ASYNC_TRACE: 'off' } })
      const traced = runFile(`./behaviour/${file}`, { ...options, env: { ASYNC_TRACE: '' } })
      assert.ok(bare.length > 20)
      assert.equal(traced, bare)
    })
  }
}
