// The accelerator where it is most likely to fail: code that is flushed, moved and compiled anew, threads and processes that end
// or stop at any moment, profilers and a debugger that walk the same stacks; and its own memory under AddressSanitizer. Every
// stack that it recognises is captured all the same, and compared. `npm run build:native` first.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { binaryPath } from '../../dist/engine/native-addon.js'
import { headersFolder } from '../../scripts/node-headers.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const fixtures = join(root, 'test', 'fixtures')
const skip = existsSync(join(root, 'native', binaryPath)) ? false : 'no accelerator: npm run build:native'
const env = { ...process.env, ASYNC_TRACE_NATIVE: 'compare' }
const CHURN = 'native-churn.mjs'
const CHURNED = { accelerated: true, faults: 0, wrong: 0 }

function run(file, flags = [], options = {}) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...flags, join(fixtures, file)], {
    env,
    encoding: 'utf8',
    timeout: 600_000,
    ...options,
  })
  assert.equal(status, 0, `${file} ${flags.join(' ')}: ${signal}\n${stderr}`)
  return JSON.parse(stdout)
}

const FLAGS = [
  ['--stress-flush-code', '--expose-gc'],
  ['--always-sparkplug'],
  ['--max-lazy'],
  ['--gc-global'],
  ['--stress-compaction'],
  ['--always-turbofan'],
  ['--stress-maglev'],
  ['--stress-flush-code', '--always-sparkplug', '--max-lazy', '--gc-interval=300'],
]

// V8 has other flags in each line of Node.
const { stdout: options } = spawnSync(process.execPath, ['--v8-options'], { encoding: 'utf8' })
const isKnown = (flag) => flag === '--expose-gc' || options.includes(`\n  ${flag.split('=')[0]} (`)

for (const flags of FLAGS.filter((each) => each.every(isKnown))) {
  test(`under ${flags.join(' ')}`, { skip }, () => {
    assert.deepEqual(run(CHURN, flags), CHURNED)
    const { faults, finished, terminated } = run('native-workers.mjs', flags)
    assert.deepEqual({ faults, finished, terminated }, { faults: 0, finished: 4, terminated: 8 })
    assert.equal(run('native-overflow.mjs', flags).wrong, 0)
  })
}

test('the process exits in the midst of promises, at any time', { skip }, () => {
  for (let turns = 0; turns < 24; turns++) {
    const args = [join(fixtures, 'native-exit.mjs'), String(turns * turns)]
    const { status, signal, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8', timeout: 60_000 })
    assert.deepEqual(
      { status, signal, stderr },
      { status: 0, signal: null, stderr: '' },
      `after ${turns * turns} turns`,
    )
  }
})

test('the process is stopped and continued, again and again', { skip }, async () => {
  const child = spawn(process.execPath, ['--expose-gc', join(fixtures, CHURN)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  let stdout = ''
  child.stdout.on('data', (data) => {
    stdout += data
  })
  for (let stops = 0; stops < 200 && child.exitCode === null; stops++) {
    child.kill('SIGSTOP')
    await wait(2)
    child.kill('SIGCONT')
    await wait(5)
  }
  assert.deepEqual(await closed, [0, null])
  assert.deepEqual(JSON.parse(stdout), CHURNED)
})

test('two profilers and a debugger look at the same stacks', { skip }, (t) => {
  const folder = temporaryFolder(t)
  const flags = [
    '--cpu-prof',
    '--cpu-prof-interval=100',
    `--cpu-prof-dir=${folder}`,
    '--heap-prof',
    `--heap-prof-dir=${folder}`,
  ]
  const debugged = ['--inspect=127.0.0.1:0', '--expose-gc', ...flags, '--import', join(fixtures, 'native-debugged.mjs')]
  assert.deepEqual(run(CHURN, debugged), CHURNED)
})

const asan = spawnSync('gcc', ['-print-file-name=libasan.so'], { encoding: 'utf8' }).stdout?.trim() ?? ''
const headers = headersFolder()
const canSanitize = asan.includes('/') && headers !== null

test('AddressSanitizer finds nothing', { skip: skip || (canSanitize ? false : 'no libasan, or no headers') }, (t) => {
  const folder = temporaryFolder(t)
  const copy = join(folder, 'node_modules', 'async-trace')
  cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true })
  cpSync(join(root, 'package.json'), join(copy, 'package.json'))
  const installed = join(folder, 'node_modules', 'async-trace-native')
  const binary = join(installed, binaryPath)
  mkdirSync(dirname(binary), { recursive: true })
  cpSync(join(root, 'native', 'package.json'), join(installed, 'package.json'))
  const source = join(root, 'native', 'stack-table.cc')
  const options = [
    '-std=c++20',
    '-O1',
    '-g',
    '-fPIC',
    '-shared',
    '-fno-omit-frame-pointer',
    '-fsanitize=address,undefined',
  ]
  const built = spawnSync(
    'g++',
    [...options, '-fno-sanitize=vptr', `-I${join(headers, 'include', 'node')}`, source, '-o', binary],
    {
      encoding: 'utf8',
    },
  )
  assert.equal(built.status, 0, built.stderr)
  cpSync(join(fixtures, CHURN), join(folder, CHURN))
  // V8 keeps stacks and code where AddressSanitizer does not expect them, and Node frees little at its end.
  const settings = {
    LD_PRELOAD: asan,
    ASAN_OPTIONS: 'detect_leaks=0:detect_stack_use_after_return=0:use_sigaltstack=0',
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', join(folder, CHURN)], {
    env: { ...env, ...settings, UBSAN_OPTIONS: 'halt_on_error=1' },
    encoding: 'utf8',
    timeout: 600_000,
  })
  assert.equal(status, 0, stderr)
  assert.doesNotMatch(stderr, /Sanitizer|runtime error/)
  assert.deepEqual(JSON.parse(stdout), CHURNED)
})

const canBuildFrameless = process.platform === 'linux' && process.arch === 'x64' && headers !== null
const frameless = skip || (canBuildFrameless ? false : 'for Linux on x64, with headers')

test('code without frame pointers calls back, from JavaScript and from the event loop', { skip: frameless }, (t) => {
  const addon = join(temporaryFolder(t), 'frameless.node')
  const source = join(fixtures, 'native-frameless.cc')
  const options = ['-std=c++20', '-O2', '-fPIC', '-shared', '-fomit-frame-pointer']
  const built = spawnSync('g++', [...options, `-I${join(headers, 'include', 'node')}`, source, '-o', addon], {
    encoding: 'utf8',
  })
  assert.equal(built.status, 0, built.stderr)
  assert.deepEqual(run('native-frameless.mjs', ['--always-sparkplug'], { env: { ...env, FRAMELESS: addon } }), {
    accelerated: true,
    faults: 0,
    wrong: 0,
  })
})

function temporaryFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), 'async-trace-accelerator-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}
