// Under each of Node's switches that change what the tracer builds on, a program ends and prints the same with and
// without it.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const allowed = process.allowedNodeEnvironmentFlags
const permission = allowed.has('--permission') ? '--permission' : '--experimental-permission'

const PAGES = ['context.mjs', 'errors.mjs', 'exit.mjs', 'globals.mjs', 'order.mjs']

const SETTINGS = [
  ['--frozen-intrinsics'],
  ['--disallow-code-generation-from-strings'],
  [permission, '--allow-fs-read=*'],
  ['--stack-trace-limit=0'],
  ['--stack-trace-limit=100'],
  ['--disable-proto=throw'],
  ['--disable-proto=delete'],
  ['--throw-deprecation', '--pending-deprecation'],
  ['--trace-warnings', '--trace-uncaught'],
  ['--no-async-stack-traces'],
  ['--unhandled-rejections=warn'],
  ['--unhandled-rejections=strict'],
  ['--unhandled-rejections=none'],
  ['--jitless'],
  ['--always-turbofan'],
  ['--gc-interval=200'],
  ['--async-context-frame'],
  ['--no-async-context-frame'],
  ['--experimental-vm-modules'],
  ['--no-experimental-global-navigator'],
  ['--force-async-hooks-checks'],
  ['--no-force-async-hooks-checks'],
]

/** Pages of threads and processes under the switches that concern those. */
const THREADS = ['threads.mjs', 'fork.mjs', 'children.mjs']
const THREAD_SETTINGS = [
  ['--frozen-intrinsics'],
  ['--disallow-code-generation-from-strings'],
  [permission, '--allow-fs-read=*', '--allow-fs-write=*', '--allow-worker', '--allow-child-process'],
  ['--no-async-context-frame'],
  ['--stack-trace-limit=0'],
]
const REGISTER = '--import async-trace/register'

function run(flags, file, setting, options = '') {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...flags, `test/behaviour/${file}`], {
    cwd: root,
    encoding: 'utf8',
    timeout: 120_000,
    env: { ...process.env, ASYNC_TRACE: setting, NODE_OPTIONS: options },
  })
  return {
    status,
    signal,
    // Warnings of children name their processes.
    stdout: stdout.replace(/\(node:\d+\)/g, '(node)'),
    errors: stderr.split('\n').filter((line) => /^\w*(?:Error|Warning)\b|^Exception in/.test(line)),
  }
}

/** Where the tracer may not look (process.binding), Node 20 and 22 put async_hooks' ids on every promise. */
const hasIds = permission === '--experimental-permission' || /^v2[02]\./.test(process.version)

const isKnown = (flags) =>
  spawnSync(process.execPath, [...flags, '--eval', '0'], { env: { ...process.env, NODE_OPTIONS: '' } }).status === 0

for (const flags of SETTINGS) {
  const skip = isKnown(flags) ? false : `${process.version} does not know ${flags[0]}`
  for (const file of PAGES) {
    const isTold = hasIds && flags[0] === permission && file === 'globals.mjs'
    const note = isTold ? 'said to differ: docs/harmless.md' : skip
    test(`${file} ${flags.join(' ')}`, { skip: note }, () => {
      const bare = run(flags, file, 'off')
      assert.deepEqual(run(flags, file, ''), bare)
    })
  }
}

for (const flags of THREAD_SETTINGS) {
  const skip = isKnown(flags) ? false : `${process.version} does not know ${flags[0]}`
  for (const file of THREADS) {
    test(`${file} ${flags.join(' ')}`, { skip }, () => {
      assert.deepEqual(run(flags, file, ''), run(flags, file, 'off'))
    })
  }
}

for (const file of [...PAGES, ...THREADS]) {
  test(`${file} with NODE_OPTIONS=${REGISTER}, which child processes and workers inherit`, () => {
    assert.deepEqual(run([], file, '', REGISTER), run([], file, 'off', REGISTER))
  })
}
