// A program of this folder is asked for its summary in every way.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { withoutColumns } from '../columns.mjs'
import { ask, memorySkip, start, stop } from '../targets.mjs'

const cwd = fileURLToPath(new URL('.', import.meta.url))
const url = (path) => new URL(`../../dist/${path}`, import.meta.url).href

/** @param checked throws for a summary that is wrong. */
export function testEveryRoute(program, checked) {
  test('a process that records', () => {
    const env = { ...process.env, PRINT: url('format/summary-text.js') }
    const options = { cwd, env, encoding: 'utf8', timeout: 600_000 }
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', url('register.js'), program], options)
    checked(withoutColumns(`${stdout}\n${stderr}`))
  })

  for (const [route, skip] of [
    ['inspector', process.platform === 'win32' && 'asks by a signal'],
    ['memory', memorySkip()],
  ]) {
    test(`a process that loaded nothing, asked over ${route}`, { skip }, async () => {
      const target = await start(program, { cwd })
      try {
        const { stdout, stderr, code } = await ask(['tree', target.pid, '--via', route, '--pause', '60', '--explain'], {
          cwd,
        })
        assert.equal(code, 0, stderr)
        checked(stdout)
      } finally {
        await stop(target)
      }
    })
  }
}
