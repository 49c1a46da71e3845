// Processes that are hard to ask, read from their memory: with a full heap, of another user, in namespaces of their own, without
// symbols, in the foreground of a shell. None of them is harmed, also where the command is killed.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ask, command, memorySkip, start, stop, until } from '../targets.mjs'

const output = mkdtempSync(join(tmpdir(), 'async-trace-memory-targets-'))
after(() => rmSync(output, { recursive: true, force: true }))
const fromMemory = ['--via', 'memory', '--pause', '60']
const ANOTHER_USER = 65534
const WAITS = `async function waits() {
  await new Promise((resolve) => setTimeout(resolve, 900_000))
}
waits()`
const READY = "require('node:fs').writeSync(1, 'ready')"
const TREE = 'waits()\n│  waits() [eval]:2\n└─ setTimeout 900000 ms\n'

const skip = memorySkip()
const isRoot = process.getuid?.() === 0
const usersSkip =
  skip ||
  (!isRoot && 'only root can become another user') ||
  (spawnSync(process.execPath, [command, '--help'], { uid: ANOTHER_USER }).status !== 0 &&
    'no other user may run this Node or this checkout')

const stateOf = (pid) => /State:\s+(\w)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]
const runMs = (pid) => Number(readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ')[0]) / 1e6

async function withTarget(options, run) {
  const target = await start('-e', options)
  try {
    await run(target)
    assert.equal(target.child.exitCode, null, target.stderr)
    assert.equal(target.child.signalCode, null)
  } finally {
    await stop(target)
  }
}

test('a heap that is nearly full', { skip }, async () => {
  const fill = `const kept = globalThis.kept = []
while (process.memoryUsage().heapUsed < 90e6) {
  for (let count = 0; count < 5_000; count++) kept.push({ n: kept.length, text: ['a', kept.length] })
}
${READY}; setInterval(() => {}, 100)`
  await withTarget({ flags: ['--max-old-space-size=100'], args: [`${WAITS}\n${fill}`] }, async ({ pid }) => {
    for (let count = 0; count < 3; count++) {
      const { stdout, stderr, code } = await ask(['tree', pid, ...fromMemory])
      assert.equal(code, 0, stderr)
      assert.equal(stdout, TREE)
    }
  })
})

test('users: their own processes, and not those of others', { skip: usersSkip }, async () => {
  await withTarget({ args: [`${WAITS}\n${READY}`] }, async ({ pid }) => {
    const { stderr, code } = await ask(['tree', pid, ...fromMemory], { uid: ANOTHER_USER })
    assert.equal(code, 3)
    assert.match(stderr, /belongs to another user/)
  })
  const child = spawn(process.execPath, ['-e', `${WAITS}\n${READY}`], {
    uid: ANOTHER_USER,
    stdio: ['ignore', 'pipe', 2],
  })
  try {
    await new Promise((resolve) => child.stdout.once('data', resolve))
    for (const uid of [ANOTHER_USER, undefined]) {
      const { stdout, stderr, code } = await ask(['tree', child.pid, ...fromMemory], { uid })
      assert.equal(code, 0, stderr)
      assert.equal(stdout, TREE)
    }
    const stranger = await ask(['tree', child.pid, ...fromMemory], { uid: ANOTHER_USER - 1 })
    assert.equal(stranger.code, 3, stranger.stdout)
  } finally {
    child.kill('SIGKILL')
  }
})

const namespaces = ['--mount', '--pid', '--net', '--fork', '--mount-proc']
const namespacesSkip =
  skip || (spawnSync('unshare', [...namespaces, 'true']).status !== 0 && 'no namespaces can be made here (unshare)')

test('mount, PID and network namespaces of its own', { skip: namespacesSkip }, async () => {
  const outer = spawn('unshare', [...namespaces, process.execPath, '-e', `${WAITS}\n${READY}`], {
    stdio: ['ignore', 'pipe', 2],
  })
  let pid
  try {
    await new Promise((resolve) => outer.stdout.once('data', resolve))
    pid = Number(spawnSync('pgrep', ['-P', String(outer.pid)], { encoding: 'utf8' }).stdout)
    // Its inspector cannot be reached: the memory is read without being told to.
    const { stdout, stderr, code } = await ask(['tree', pid])
    assert.equal(code, 0, stderr)
    assert.equal(stdout, TREE)
    assert.match(stderr, /^note: read from its memory: .* has a network of its own/)
    const { stdout: json } = await ask(['ps', pid, '--json', ...fromMemory])
    assert.equal(JSON.parse(json).pid, 1)
  } finally {
    if (pid > 0) process.kill(pid, 'SIGKILL')
    outer.kill('SIGKILL')
  }
})

const stripSkip = skip || (spawnSync('strip', ['--version']).status !== 0 && 'strip is not installed')

test('a stripped executable is refused by name, and asked over its inspector', { skip: stripSkip }, async () => {
  const stripped = join(output, 'node')
  copyFileSync(process.execPath, stripped)
  assert.equal(spawnSync('strip', ['--strip-all', stripped]).status, 0)
  const flags = ['--inspect=0', '-e', `${WAITS}\n${READY}`]
  const child = spawn(stripped, flags, { stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    await new Promise((resolve) => child.stdout.once('data', resolve))
    const { stderr, code } = await ask(['tree', child.pid, ...fromMemory])
    assert.equal(code, 3)
    assert.match(stderr, /executable is stripped of the names of V8’s own functions/)
    const asked = await ask(['tree', child.pid])
    assert.equal(asked.code, 0, asked.stderr)
    assert.match(asked.stdout, /waits\(\) \[eval\]:2\n└─ setTimeout 900000 ms, [^,]+ remaining/)
  } finally {
    child.kill('SIGKILL')
  }
})

const scriptSkip = skip || (spawnSync('script', ['--version']).status !== 0 && 'script is not installed')

test('a busy job in the foreground of a shell is not stopped', { skip: scriptSkip }, async () => {
  const program = `${READY}; for (;;);`
  const outer = spawn('script', ['-qec', `sh -c '"$NODE" -e "$PROGRAM"; true'`, '/dev/null'], {
    env: { ...process.env, NODE: process.execPath, PROGRAM: program },
    stdio: ['pipe', 'pipe', 2],
  })
  let pid
  try {
    await new Promise((resolve) => outer.stdout.once('data', resolve))
    pid = readdirSync('/proc').find((name) => {
      if (!/^\d+$/.test(name)) return false
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8') === `${process.execPath}\0-e\0${program}\0`
      } catch {
        return false
      }
    })
    const { stderr, code } = await ask(['tree', pid, ...fromMemory])
    // On a machine that is busy it may have stood still by itself.
    if (code !== 0) assert.match(stderr, /in the foreground of a shell/)
    assert.notEqual(stateOf(pid), 'T')
  } finally {
    if (pid !== undefined) process.kill(Number(pid), 'SIGKILL')
    outer.kill('SIGKILL')
  }
})

test('the command is killed at any moment: the process goes on', { skip }, async () => {
  await withTarget({ args: [`${WAITS}; setTimeout(() => { ${READY}; for (;;); }, 50)`] }, async ({ pid }) => {
    for (let count = 0; count < 12; count++) {
      const asking = spawn(process.execPath, [command, 'tree', String(pid), ...fromMemory], { stdio: 'ignore' })
      await sleep(40 * count)
      asking.kill('SIGKILL')
      await until(() => stateOf(pid) !== 'T')
      const before = runMs(pid)
      await until(() => runMs(pid) > before + 5)
    }
  })
})
