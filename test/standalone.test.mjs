// The command as one file (npm run build:standalone), copied to where there is nothing else.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { operatingSystem } from '../dist/operating-system/present-system.js'
import { ask, masked, memorySkip, start, stop, until } from './targets.mjs'

const skip = process.platform !== 'linux'
const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'async-trace-test-'))
const alone = join(folder, 'async-trace.mjs')
after(() => rmSync(folder, { recursive: true, force: true }))

test('the file is built, and knows its version', () => {
  const built = spawnSync(process.execPath, ['scripts/build-standalone.mjs'], { cwd: root, encoding: 'utf8' })
  assert.equal(built.status, 0, built.stderr)
  copyFileSync(join(root, 'dist/standalone/async-trace.mjs'), alone)
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  assert.equal(run('--version').stdout, `${version}\n`)
})

function run(...args) {
  const options = { cwd: folder, encoding: 'utf8', input: '', env: { ...process.env, TMPDIR: folder, NODE_PATH: '' } }
  return spawnSync(process.execPath, [alone, ...args.map(String)], options)
}

test('it says the same as the command of the package', { skip }, async () => {
  const target = await start('kept-by-worker.mjs')
  try {
    const routes = memorySkip() === false ? ['inspector', 'memory'] : ['inspector']
    for (const via of routes) {
      const args = ['tree', target.pid, '--threads', '--via', via]
      const { stdout, stderr, status } = run(...args)
      assert.equal(status, 0, stderr)
      assert.equal(masked(stdout), masked((await ask(args, { cwd: folder })).stdout))
    }
  } finally {
    await stop(target)
  }
})

test('what needs the package says so, and touches nothing', { skip }, async () => {
  const target = await start('checkout.mjs')
  try {
    const injected = run('tree', target.pid, '--inject')
    assert.equal(injected.status, 3)
    assert.match(injected.stderr, /^async-trace: --inject needs the whole package/)
    assert.doesNotMatch(target.stderr, /Debugger/)
    const started = run('run', 'app.js')
    assert.equal(started.status, 2)
    assert.match(started.stderr, /^async-trace: run needs the whole package/)
  } finally {
    await stop(target)
  }
})

test('the inspector that a killed command had opened is closed by the file itself', { skip }, async () => {
  const target = await start('checkout.mjs', { flags: ['--inspect=0'] })
  try {
    const marks = join(folder, `async-trace-${process.getuid()}`)
    mkdirSync(marks, { mode: 0o700, recursive: true })
    // As that command leaves it: none of the ports that are open now was open before.
    writeFileSync(join(marks, `${target.pid}-${operatingSystem().startOf(target.pid)}`), 'opening')
    const { status, stderr } = run('close-left-open', target.pid)
    assert.equal(status, 0, stderr)
    await until(() => target.stderr.includes('Debugger ending on'), 10_000)
  } finally {
    await stop(target)
  }
})
