// Functions that V8 has collected while they awaited are reported as lost; no other function is.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { testEveryCase } from './every-case.mjs'
import { fileOf } from './generated/generator.mjs'

const fixture = (name) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))
const NONE_BUT_THE_CONTROL = 'lost: ["1 × control"]'

test('by place, the innermost for its callers; not what was held, has ended, failed, or was left by its reader', () => {
  const { lost, inGraph, text } = JSON.parse(
    execFileSync(process.execPath, ['--expose-gc', fixture('lost.mjs')], { encoding: 'utf8' }),
  )
  const found = lost.map(({ stack, count, isCollected }) => {
    assert.equal(isCollected, true)
    return `${count} × ${stack.map(({ name, line }) => `${name}:${line}`).join(' < ')}`
  })
  // Of what went on after its stack was captured, the line is known no more: that where the function begins stands for it.
  // held() is called twice, and the second call takes the place of the first one's resolve().
  assert.deepEqual(found.sort(), ['1 × afterwards:12', '1 × held:18', '2 × acquire:7 < handle:10'])
  assert.deepEqual(inGraph, lost)
  assert.match(text, /^4 functions will never continue: .*\n {2}2 × acquire\(\) .*lost\.mjs:7:\d+\n/m)
})

test('a dump on a signal lists them once', {
  skip: process.platform === 'win32' ? 'Windows has no SIGQUIT' : false,
}, () => {
  const options = { encoding: 'utf8', timeout: 120_000 }
  const { stderr, signal } = spawnSync(process.execPath, ['--expose-gc', fixture('lost-on-signal.mjs')], options)
  assert.equal(signal, 'SIGQUIT', stderr)
  assert.equal(stderr.match(/^2 functions will never continue: /gm)?.length, 1, stderr)
  assert.equal(stderr.match(/2 × acquire\(\) .*lost-on-signal\.mjs:8:\d+$/gm)?.length, 1, stderr)
})

testEveryCase('functions of generated programs, all of which end, are not lost', () => {
  const folder = mkdtempSync(fileURLToPath(new URL('generated/.lost-', import.meta.url)))
  try {
    for (const seed of [1, 1001, 2001]) {
      const file = join(folder, `${seed}.mjs`)
      writeFileSync(
        file,
        fileOf(
          Array.from({ length: 8 }, (_, i) => seed + i),
          {},
        ),
      )
      const collect = new URL('generated/collect.mjs', import.meta.url).href
      const { status, stderr } = spawnSync(process.execPath, ['--expose-gc', '--import', collect, file], {
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
      })
      assert.equal(status, 0, stderr)
      assert.equal(stderr.split('\n').at(-2), NONE_BUT_THE_CONTROL)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

for (const [setting, expected] of [
  [
    '1',
    /^async-trace: 1 function will never continue: nothing can settle what it waits for\n {2}forget\(\) .*lost-at-exit\.mjs:5:\d+\n$/,
  ],
  ['', /^$/],
]) {
  test(`ASYNC_TRACE_LOST=${setting} at the end of the process`, () => {
    const register = new URL('../dist/register.js', import.meta.url).href
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--expose-gc', '--import', register, fixture('lost-at-exit.mjs')],
      { encoding: 'utf8', env: { ...process.env, ASYNC_TRACE_LOST: setting } },
    )
    assert.equal(status, 0)
    assert.match(stderr, expected)
  })
}
