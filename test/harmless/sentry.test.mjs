// The recipe of docs/errors.md for Sentry, with the real package, which is too large for the development dependencies.
// npm gets it into a temporary folder.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const folder = mkdtempSync(join(tmpdir(), 'async-trace-sentry-'))
const project = new URL('projects/sentry/', import.meta.url)

before(() => {
  cpSync(project, folder, { recursive: true })
  mkdirSync(join(folder, 'node_modules'))
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error']
  const { status, stderr } = spawnSync('npm', ['install', ...flags], { cwd: folder, encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  symlinkSync(fileURLToPath(new URL('../..', import.meta.url)), join(folder, 'node_modules/async-trace'), 'junction')
})
after(() => rmSync(folder, { recursive: true }))

const framesOf = (args, env) => {
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  })
  assert.notEqual(stdout, '', stderr)
  return JSON.parse(stdout)
}

test('beforeSend adds the path as frames', () => {
  assert.deepEqual(framesOf(['before-send.mjs', 'with-path']), ['<module>', 'show', 'load', '_onTimeout'])
})

test('with the switch, Sentry reads the path from the stack; without, it has none', () => {
  assert.deepEqual(framesOf(['before-send.mjs'], { ASYNC_TRACE_ERRORS: '1' }), [
    '<module>',
    'show',
    'load',
    '_onTimeout',
  ])
  assert.deepEqual(framesOf(['before-send.mjs']), ['_onTimeout'])
})
