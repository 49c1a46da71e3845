/** The accelerator: the same paths with it and without, and a reason wherever it is not at work. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { binaryPath } from '../dist/engine/native-addon.js'

const root = fileURLToPath(new URL('../', import.meta.url))
const binary = join(root, 'native', binaryPath)
const isBuilt = existsSync(binary)
const skip = isBuilt ? false : `no accelerator for Node ${process.versions.node}: npm run build:native`

const [major] = process.versions.node.split('.').map(Number)
const PERMISSION = major >= 24 ? '--permission' : '--experimental-permission'

/** @returns what a program of test/fixtures prints as JSON. */
function run(fixture, { setting = 'on', flags = [] } = {}) {
  const file = fileURLToPath(new URL(`./fixtures/${fixture}`, import.meta.url))
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...flags, file], {
    env: { ...process.env, ASYNC_TRACE_NATIVE: setting },
    encoding: 'utf8',
  })
  assert.equal(status, 0, `${signal}\n${stderr}`)
  return JSON.parse(stdout)
}

test('methods are named by the class in the source, whoever inherits them', () => {
  const { paths } = run('native-names.mjs', { setting: 'off' })
  assert.deepEqual(Object.keys(paths), [
    '<anonymous> ← speak ← Animal.call ← <module>',
    '<anonymous> ← first ← nameless ← <module>',
    '<anonymous> ← second ← nameless ← <module>',
    '<anonymous> ← [key] ← side ← <module>',
  ])
})

test('names and lines are the same with the accelerator and without', { skip }, () => {
  const off = run('native-names.mjs', { setting: 'off' })
  for (const setting of ['on', 'compare']) {
    const { accelerated, faults, paths } = run('native-names.mjs', { setting })
    assert.deepEqual([accelerated, faults], [true, 0])
    assert.deepEqual(paths, off.paths)
  }
})

const FLAGS = [
  ['--expose-gc'],
  ['--stress-flush-code', '--expose-gc'],
  ['--always-sparkplug', '--max-lazy', '--gc-interval=500'],
]

test('no stack is taken for another one while code is compiled, flushed and collected', { skip }, () => {
  for (const flags of FLAGS) {
    const { accelerated, faults, wrong } = run('native-churn.mjs', { setting: 'compare', flags })
    assert.deepEqual([accelerated, faults, wrong], [true, 0, 0], flags.join(' '))
  }
})

test('workers have tables of their own, and end at any moment', { skip }, () => {
  const { accelerated, faults, finished, terminated } = run('native-workers.mjs', { setting: 'compare' })
  assert.deepEqual(
    { accelerated, faults, finished, terminated },
    { accelerated: [true], faults: 0, finished: 4, terminated: 8 },
  )
})

test('a stack overflow within hooks stays the error that it is', { skip }, () => {
  const { accelerated, errors, wrong } = run('native-overflow.mjs', { setting: 'compare' })
  assert.deepEqual([accelerated, [...new Set(errors)], wrong], [true, ['RangeError'], 0])
})

test('it is at work again when tracing is', { skip }, () => {
  assert.deepEqual(run('native-again.mjs'), [true, true, true])
})

test('where it is switched off or not allowed, the status says so', () => {
  assert.equal(run('native-status.mjs', { setting: 'off' }).accelerated, 'ASYNC_TRACE_NATIVE=off')
})

test('with addons forbidden, tracing works without it', { skip }, () => {
  const refused = 'native addons are not allowed in this process'
  assert.equal(run('native-status.mjs', { flags: ['--no-addons'] }).accelerated, refused)
  assert.equal(run('native-status.mjs', { flags: [PERMISSION, '--allow-fs-read=*'] }).accelerated, refused)
})

test('a binary that is none is refused with the reason of the operating system', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'async-trace-native-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const copy = join(folder, 'node_modules', 'async-trace')
  cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true })
  cpSync(join(root, 'package.json'), join(copy, 'package.json'))
  cpSync(fileURLToPath(new URL('./fixtures/native-status.mjs', import.meta.url)), join(folder, 'status.mjs'))
  const status = () => {
    const { stdout, stderr } = spawnSync(process.execPath, [join(folder, 'status.mjs')], { encoding: 'utf8' })
    assert.equal(stderr, '')
    return JSON.parse(stdout).accelerated
  }
  assert.equal(status(), 'async-trace-native is not installed')
  const installed = join(folder, 'node_modules', 'async-trace-native')
  cpSync(join(root, 'native', 'package.json'), join(installed, 'package.json'))
  assert.match(status(), /^async-trace-native has no binary for Node \d/)
  cpSync(join(root, 'package.json'), join(installed, binaryPath))
  assert.match(status(), /^the binary of async-trace-native was not loaded: ./)
  if (!isBuilt) return
  cpSync(binary, join(installed, binaryPath))
  assert.equal(status(), true)
})
