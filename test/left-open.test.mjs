// However a command ends, the inspector that it had opened is closed; and no other one is.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { operatingSystem } from '../dist/operating-system/present-system.js'
import { ask, command, folder, masked, start, stop, until } from './targets.mjs'

const skip = process.platform === 'linux' ? false : 'attaching works on Linux only'
const output = mkdtempSync(join(tmpdir(), 'async-trace-test-'))
after(() => rmSync(output, { recursive: true, force: true }))

// Not at the usual port, where other tests' inspectors open. Of the environment, as a title overwrites the arguments.
const env = { NODE_OPTIONS: '--inspect-port=0', TMPDIR: output }

function testTarget(name, [file, ...args], run, options = {}) {
  test(name, { skip: skip || (options.unless ?? false) }, async () => {
    const target = await start(file, { args, env, ...options })
    try {
      await run(target)
    } finally {
      await stop(target)
    }
  })
}

const count = (text, what) => text.split(what).length - 1
const opened = (target) => count(target.stderr, 'Debugger listening')
/** None of these programs listens on a port of its own. */
const isClosed = ({ pid }) => operatingSystem().listeningSockets(pid).length === 0

/** A command that is ended amid its work. */
function begin(args) {
  return spawn(process.execPath, [command, ...args.map(String)], {
    cwd: folder,
    env: { ...process.env, TMPDIR: output },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

async function end(child, signal) {
  child.kill(signal)
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

/** Whether a command has just had the inspector opened, and nothing in the process closes it yet. */
function isMarked(pid) {
  const marks = join(output, `async-trace-${process.getuid()}`)
  const mark = existsSync(marks) && readdirSync(marks).find((name) => name.startsWith(`${pid}-`))
  return mark && readFileSync(join(marks, mark), 'utf8').startsWith('opening')
}

/** The process that stands by for a command. */
function childOf(pid) {
  const [child] = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).stdout.split('\n')
  return child ? Number(child) : undefined
}

for (const [name, args] of [
  ['a tab and an escape character in its title', ['title', JSON.stringify('a\tb\x1b[31m"\n')]],
  ['no process', ['no-process']],
  ['another Promise', ['other-promise']],
  ['fake timers', ['fake-timers']],
]) {
  testTarget(`a program with ${name} is asked, and its inspector closed`, ['strange.mjs', ...args], async (target) => {
    const { stdout, stderr, code } = await ask(['tree', target.pid, '--via', 'inspector'], { env: { TMPDIR: output } })
    assert.equal(code, 0, stderr)
    assert.match(masked(stdout), /^waits\(\)\n│ {2}waits\(\) strange\.mjs:9\n└─ setTimeout 900000 ms/)
    assert.equal(stderr, '')
    await until(() => isClosed(target))
    assert.equal(opened(target), 1)
  })
}

test('a script whose path has a tab and an escape character', { skip }, async () => {
  const strange = join(output, 'a\tb\x1b[31m')
  mkdirSync(strange)
  copyFileSync(join(folder, 'strange.mjs'), join(strange, 'strange.mjs'))
  const target = await start('strange.mjs', { env, cwd: strange })
  try {
    const { stdout, stderr, code } = await ask(['tree', target.pid, '--via', 'inspector'], { env: { TMPDIR: output } })
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^waits\(\)/)
    await until(() => isClosed(target))
  } finally {
    await stop(target)
  }
})

/** What the target has said by then, and the signal. */
const ENDS = [
  ['Debugger listening', 'SIGINT'],
  ['Debugger attached', 'SIGTERM'],
  ['Debugger attached', 'SIGHUP'],
  ['Debugger listening', 'SIGKILL'],
  ['Debugger attached', 'SIGKILL'],
]

testTarget(
  'a command that is ended by a signal, early or late: the inspector is closed',
  ['strange.mjs'],
  async (target) => {
    for (const [phase, signal] of ENDS) {
      const before = count(target.stderr, phase)
      const asking = begin(['tree', target.pid, '--via', 'inspector'])
      await until(() => count(target.stderr, phase) > before)
      await end(asking, signal)
      assert.equal(asking.signalCode, signal)
      await until(() => isClosed(target))
    }
    assert.equal(opened(target), ENDS.length)
    assert.equal(target.child.exitCode, null)
  },
)

testTarget(
  'a command that is killed before the inspector opens: it is closed later',
  ['strange.mjs', 'native'],
  async (target) => {
    const asking = begin(['tree', target.pid, '--via', 'inspector'])
    await until(() => isMarked(target.pid))
    await end(asking, 'SIGKILL')
    assert.equal(opened(target), 0)
    target.child.stdin.end()
    await until(() => opened(target) === 1)
    await until(() => isClosed(target))
  },
)

testTarget('nothing of it is left but the inspector: the next command closes it', ['counts.mjs'], async (target) => {
  const asking = begin(['tree', target.pid, '--via', 'inspector'])
  await until(() => childOf(asking.pid) !== undefined || opened(target) > 0)
  process.kill(asking.pid, 'SIGSTOP')
  const standby = childOf(asking.pid)
  if (standby !== undefined) process.kill(standby, 'SIGKILL')
  await end(asking, 'SIGKILL')
  const { code, stderr } = await ask(['tree', target.pid, '--via', 'inspector'], { env: { TMPDIR: output } })
  assert.equal(code, 0, stderr)
  await until(() => isClosed(target))
  assert.ok(opened(target) > 0)
})

testTarget('one of two commands is killed: the other is answered', ['strange.mjs'], async (target) => {
  const first = begin(['tree', target.pid, '--via', 'inspector'])
  await until(() => target.stderr.includes('Debugger attached'))
  const second = ask(['tree', target.pid, '--via', 'inspector'], { env: { TMPDIR: output } })
  await end(first, 'SIGKILL')
  const { code, stderr } = await second
  assert.equal(code, 0, stderr)
  await until(() => isClosed(target))
})

testTarget(
  'an inspector that was opened with the program stays open, however the command ends',
  ['strange.mjs'],
  async (target) => {
    for (const signal of ['SIGINT', 'SIGKILL']) {
      const before = count(target.stderr, 'Debugger attached')
      const asking = begin(['tree', target.pid, '--via', 'inspector'])
      await until(() => count(target.stderr, 'Debugger attached') > before)
      await end(asking, signal)
    }
    const { code, stderr } = await ask(['tree', target.pid, '--via', 'inspector'], { env: { TMPDIR: output } })
    assert.equal(code, 0, stderr)
    const url = /ws:\/\/(\S+?)\//.exec(target.stderr)?.[1]
    const [info] = await (await fetch(`http://${url}/json/list`)).json()
    assert.match(info.webSocketDebuggerUrl, /^ws:/)
    assert.equal(isClosed(target), false)
  },
  { env: {}, flags: ['--inspect=0'] },
)

testTarget(
  'nor is one closed that was there before a command sent its signal',
  ['strange.mjs'],
  async (target) => {
    const marks = join(output, `async-trace-${process.getuid()}`)
    const mark = join(marks, `${target.pid}-${operatingSystem().startOf(target.pid)}`)
    mkdirSync(marks, { recursive: true, mode: 0o700 })
    // As it is left by a command that found the inspector too slow, and was killed.
    writeFileSync(
      mark,
      [
        'opening',
        ...operatingSystem()
          .listeningSockets(target.pid)
          .map(({ id }) => id),
      ].join(' '),
    )
    const { code, stderr } = await ask(['tree', target.pid, '--via', 'inspector'], { env: { TMPDIR: output } })
    assert.equal(code, 0, stderr)
    assert.equal(existsSync(mark), false)
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    assert.equal(isClosed(target), false)
  },
  { env: {}, flags: ['--inspect=0'] },
)
