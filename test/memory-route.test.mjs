// The command reads the memory of processes: the same answers as over the inspector, where that one can answer, and
// answers where it cannot. Nothing of a process is changed, so the file needs no port and no turn.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { captureMemory } from '../dist/attach/memory-capture.js'
import { readQuietly } from '../dist/memory/quiet-read.js'
import { ask, command, expectedTree, masked, memorySkip, SOME_TREES, start, stop, until, waitsOf } from './targets.mjs'

const skip = memorySkip()
const register = new URL('../dist/register.js', import.meta.url).href
const output = mkdtempSync(join(tmpdir(), 'async-trace-memory-'))
after(() => rmSync(output, { recursive: true, force: true }))

/** However little time a busy machine has for it. */
const fromMemory = ['--via', 'memory', '--pause', '60']

const WAITS = `async function waits() {
  await new Promise((resolve) => setTimeout(resolve, 900_000))
}
waits();`
const WAITING = 'waits()\n│  waits() [eval]:2\n└─ setTimeout 900000 ms'

/** A test with a target that is ended whatever happens. */
function testTarget(name, file, run, options = {}) {
  test(name, { skip: skip || (options.unless ?? false) }, async () => {
    const target = await start(file, options)
    try {
      await run(target)
    } finally {
      await stop(target)
    }
  })
}

/** Whether a process has had so much of the processor's time. */
function hasRunFor(pid, ms) {
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ')[0]) > ms * 1e6
}

for (const file of SOME_TREES) {
  testTarget(`tree of ${file}, from memory`, file, async (target) => {
    const { stdout, stderr, code } = await ask(['tree', target.pid, ...fromMemory])
    assert.equal(code, 0, stderr)
    assert.equal(masked(stdout), expectedTree(file))
    assert.equal(stderr, '')
    // Nothing of it reaches the process: no inspector, no signal, no line on its stderr.
    assert.equal(target.stderr, '')
  })
}

for (const file of ['typed.ts', 'typed-common.cts']) {
  testTarget(
    `TypeScript that a loader transforms, from memory: ${file}`,
    file,
    async ({ pid }) => {
      const { stdout, stderr, code } = await ask(['tree', pid, ...fromMemory])
      assert.equal(code, 0, stderr)
      assert.equal(masked(stdout), expectedTree(file))
    },
    { flags: ['--import', import.meta.resolve('tsx')] },
  )
}

testTarget(
  'a process in an endless loop',
  '-e',
  async ({ pid }) => {
    const { stdout, stderr, code } = await ask(['tree', pid, ...fromMemory])
    assert.equal(code, 0, stderr)
    // While the callback of a timer runs, Node has none set.
    assert.equal(waitsOf(masked(stdout)), WAITING)
    assert.doesNotMatch(readFileSync(`/proc/${pid}/status`, 'utf8'), /State:\s+T/)
  },
  { args: [`${WAITS} setTimeout(() => { require('node:fs').writeSync(1, 'ready'); for (;;); }, 50)`] },
)

/** The frames that stand at the marks of the program, as they are printed. */
const OF_NATIVE = {
  spawnSync: [['spawnSync', 'via spawnSync']],
  lock: [['lock', 'locked']],
  toJSON: [
    ['lock', 'locked'],
    ['toJSON', 'via toJSON'],
    ['toJSON', 'via toJSON'],
  ],
  often: [
    ['lock', 'locked'],
    ['last', 'via last'],
    ['sum', 'via sum'],
    ['often', 'via often'],
  ],
  loop: [
    ['lock', 'locked'],
    ['loop', 'via loop'],
  ],
}
const COMPILED = ['often', 'loop']

for (const [way, called] of Object.entries(OF_NATIVE)) {
  testTarget(
    `a main thread that waits in native code says in what: ${way}`,
    'in-native-code.cjs',
    async (target) => {
      const { pid } = target
      for (const route of [[], fromMemory]) {
        const { stdout, stderr, code } = await ask(['tree', pid, ...route])
        assert.equal(code, 0, stderr)
        assert.equal(stderr, '')
        const [title, ...lines] = masked(stdout).split('\n\n')[0].split('\n')
        assert.equal(title, 'The main thread blocks its event loop:')
        assertStack(
          lines.filter((line) => line.startsWith('    at ')),
          [...called, ['resumed', 'via resumed'], ['async waiting', 'via waiting']],
          COMPILED.includes(way),
        )
        assert.match(stdout, /^pending\(\)\n│ {2}pending\(\) in-native-code\.cjs:\d+\n└─ setTimeout 900000 ms/m)
      }
      // No inspector, no signal, nothing on its stderr.
      assert.equal(target.stderr, '')
    },
    { args: [way] },
  )
}

/** @param isCompiled what V8 has compiled may lack its line, and calls that it inlined may be missing. */
function assertStack(lines, frames, isCompiled) {
  const marked = readFileSync(new URL('./targets/in-native-code.cjs', import.meta.url), 'utf8').split('\n')
  const expected = frames.map(([name, mark]) => {
    const line = marked.findIndex((text) => text.endsWith(`// ${mark}`)) + 1
    return `    at ${name}() in-native-code.cjs:${line}`
  })
  if (!isCompiled) return assert.deepEqual(lines, expected)
  let at = -1
  for (const line of lines) {
    const next = expected.findIndex((each, i) => i > at && (each === line || each.replace(/:\d+$/, '') === line))
    assert.notEqual(next, -1, `${line} in ${expected.join('\n')}`)
    at = next
  }
  assert.deepEqual([lines[0], lines.at(-1)], [expected[0], expected.at(-1)])
}

testTarget(
  'a process that waits in native code is read at once, also if its inspector is open',
  'in-native-code.cjs',
  async ({ pid }) => {
    // Its inspector would be waited for that long.
    const { stdout, stderr, code } = await ask(['tree', pid, '--timeout', '3600'])
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^The main thread blocks its event loop:\n {4}at spawnSync\(\) in-native-code\.cjs:\d+\n/)
  },
  { flags: ['--inspect=0'], args: ['spawnSync'] },
)

testTarget(
  'a process that waits in native code again and again is read at once',
  '-e',
  async (target) => {
    const { pid } = target
    const before = target.stderr
    const { stdout, stderr, code } = await ask(['tree', pid, '--pause', '60', '--timeout', '3600'])
    assert.equal(code, 0, stderr)
    // It may have been stopped between two of its calls.
    assert.match(
      waitsOf(masked(stdout)),
      /(?:^|^The main thread blocks its event loop:\n {4}at <anonymous> \[eval\]:4\n\n)waits\(\)/,
    )
    assert.ok(waitsOf(masked(stdout)).endsWith(WAITING))
    // A signal would have its inspector opened, which nothing closes before its event loop turns.
    assert.equal(target.stderr, before)
  },
  {
    args: [
      `${WAITS} setTimeout(() => { require('node:fs').writeSync(1, 'ready'); for (;;) require('node:child_process').spawnSync('sleep', ['0.3']) }, 50)`,
    ],
  },
)

testTarget('a stopped process stays stopped', 'common.cjs', async ({ pid }) => {
  process.kill(pid, 'SIGSTOP')
  const { stdout, stderr, code } = await ask(['tree', pid, ...fromMemory])
  assert.equal(code, 0, stderr)
  assert.equal(timeless(masked(stdout)), timeless(expectedTree('common.cjs')))
  assert.match(readFileSync(`/proc/${pid}/status`, 'utf8'), /State:\s+T/)
})

/** A process may be stopped while the callback of a timer runs: then it is not known when the next one is due. */
function timeless(tree) {
  return tree.replace(/, N ms remaining/g, '')
}

/** About 30 MB, which take a while to copy. */
const manyObjects = 'Array.from({ length: 300_000 }, (_, i) => ({ i, one: [i], two: [String(i)] }))'

testTarget(
  'a busy process goes on when the command is killed while it stands still',
  '-e',
  async ({ pid }) => {
    const stateOf = () => /State:\s+(\w)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]
    // It stands still for part of a second only, which a busy machine may miss: asked until it was seen.
    for (let asked = 1; ; asked++) {
      const asking = spawn(process.execPath, [command, 'tree', String(pid), ...fromMemory], { stdio: 'ignore' })
      const ended = once(asking, 'exit')
      while (stateOf() !== 'T' && asking.exitCode === null) await setImmediate()
      asking.kill('SIGKILL')
      const [code] = await ended
      if (code === null) break
      assert.ok(asked < 20, 'no pause was seen')
    }
    await until(() => stateOf() !== 'T')
  },
  { args: [`const kept = ${manyObjects}; require('node:fs').writeSync(1, 'ready'); for (;;);`] },
)

testTarget('what the inspector refuses is read from memory', 'common.cjs', async ({ pid }) => {
  process.kill(pid, 'SIGSTOP')
  const { stdout, stderr, code } = await ask(['tree', pid])
  assert.equal(code, 0, stderr)
  assert.equal(timeless(masked(stdout)), timeless(expectedTree('common.cjs')))
  assert.equal(stderr, `note: read from its memory: process ${pid} is stopped: continue it first (kill -CONT ${pid})\n`)
})

testTarget(
  'a large heap of an idle process is read from memory',
  '-e',
  async (target) => {
    let answer
    // Right after it has filled its heap it may collect garbage.
    await until(async () => {
      answer = await ask(['tree', target.pid, '--verbose'])
      return /^note: read from its memory: its heap has \d+ MB\n$/.test(answer.stderr)
    })
    const [, ...waits] = waitsOf(masked(answer.stdout)).split('\n\n')
    assert.deepEqual(waits, ['waits()\n│  waits() [eval]:2\n└─ setTimeout 900000 ms, N ms remaining'])
  },
  {
    args: [
      `async function waits() {
  await new Promise((resolve) => setTimeout(resolve, 900_000))
}
waits()
globalThis.kept = Array.from({ length: 400_000 }, (_, i) => ({ i, list: [i] }))
require('node:fs').writeSync(1, 'ready')`,
    ],
  },
)

testTarget(
  'what a process recorded is left to the inspector',
  'shared.mjs',
  async ({ pid }) => {
    const { onlyAsked } = await captureMemory(pid, { threads: false, mostPauseMs: 60_000, onProgress() {} })
    assert.equal(onlyAsked, 'async-trace is loaded in it')
  },
  { flags: ['--import', register] },
)

const KEPT_ALIVE = `
const net = require('node:net')
const { Worker } = require('node:worker_threads')
function poll() {}
setInterval(poll, 950_000)
setTimeout(poll, 800_000)
setInterval(poll, 700_000).unref()
clearTimeout(setTimeout(poll, 600_000))
require('node:child_process').spawn('cat')
require('node:fs').watch('.', () => {})
require('node:dgram').createSocket('udp4').bind(0, '127.0.0.1')
net.createServer().listen(0, '127.0.0.1').unref()
const server = net.createServer().listen(0, '127.0.0.1', () => {
  net.connect(server.address().port).on('connect', () => {
    new Worker('setInterval(() => {}, 900_000)', { eval: true }).on('online', () => {
      require('node:fs').writeSync(1, 'ready')
    })
  })
})`

testTarget(
  'what keeps a process alive is read from its memory, as over its inspector, and how long its timers have',
  '-e',
  async ({ pid }) => {
    const kept = async (via) => {
      const { stdout, stderr } = await ask(['tree', pid, '--via', via, '--pause', '60'])
      const [, list = stderr] = stdout.split('The process is kept alive by:\n')
      return list.trim().split('\n')
    }
    const minutes = (line) => line.replace(/(\d+) min \d+ s/, '$1 min')
    const [memory, inspector] = [await kept('memory'), await kept('inspector')]
    assert.deepEqual(memory.map(minutes).sort(), inspector.map(minutes).sort())
    const kinds = memory.map((line) => line.trim().replace(/ \d+ ms.*| process .*| (\S+ → )?127\.0\.0\.1.*/, ''))
    assert.deepEqual(kinds.sort(), [
      'UDP socket',
      'child',
      'server',
      'setInterval',
      'setTimeout',
      'socket',
      'watch of a file or folder',
      'worker 1',
    ])
  },
  { args: [KEPT_ALIVE] },
)

testTarget(
  'a process that is stopped for longer than is allowed goes on, and what was read is not used',
  '-e',
  async ({ pid }) => {
    const isStopped = () => /State:\s+T/.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
    let wasStopped = false
    const reading = readQuietly(pid, { mostMs: () => 200, estimateMs: () => 0 }, (still) => {
      // On a machine that is busy it may get no time of the processor for a while, which is no rest.
      for (;;) {
        if (!isStopped() && wasStopped) return
        wasStopped ||= isStopped()
        if (!wasStopped) still.check()
      }
    })
    await assert.rejects(reading, /could not be read in the time/)
    assert.ok(wasStopped)
    // What was copied is looked at afterwards, however long that takes.
    const { value } = await readQuietly(pid, { mostMs: () => 1_000, estimateMs: () => 0 }, (still) => still)
    await until(() => hasRunFor(pid, 1_100))
    value.check()
    const tooLong = readQuietly(pid, { mostMs: () => 200, estimateMs: () => 4_800 }, (still) => {
      for (;;) still.check()
    })
    await assert.rejects(tooLong, /would be stopped for about 4\.8 s to be read: --pause 10 allows it/)
  },
  { args: ["require('node:fs').writeSync(1, 'ready'); for (;;);"] },
)

testTarget('worker threads, one of which never comes to its event loop', 'workers.mjs', async ({ pid }) => {
  const { stdout, stderr, code } = await ask(['ps', pid, '--json', '--threads', ...fromMemory])
  assert.equal(code, 0, stderr)
  const { threads, tasks } = JSON.parse(stdout)
  assert.deepEqual(
    threads.map(({ threadId }) => threadId),
    [0, 1, 2],
  )
  const frames = (threadId) =>
    tasks
      .filter(({ task }) => task.threadId === threadId)
      .map(({ stack }) => stack.map(({ name, line }) => [name, line]))
  assert.deepEqual(frames(1), [
    [
      ['<module>', 25],
      ['inWorker', 5],
    ],
  ])
  assert.deepEqual(frames(2), [[['inWorker', 5]]])
  const alone = await ask(['tree', pid, ...fromMemory])
  assert.equal(alone.stderr, 'note: main thread only; --threads also shows 2 worker threads\n')
})

for (const [what, flags, end] of [
  ['aborted', [], 'process.abort()'],
  ['threw', ['--abort-on-uncaught-exception'], "throw new Error('expected')"],
]) {
  test(`a core file of a process that ${what}`, { skip: noCores() }, async () => {
    const folder = mkdtempSync(join(output, 'core-'))
    const limit = 'ulimit -c unlimited && exec "$@"'
    const program = `${WAITS} setTimeout(() => { ${end} }, 50)`
    spawnSync('sh', ['-c', limit, 'sh', process.execPath, ...flags, '-e', program], { cwd: folder })
    const [core] = readdirSync(folder)
    const { stdout, stderr, code } = await ask(['tree', join(folder, core)])
    assert.equal(code, 0, stderr)
    assert.equal(waitsOf(masked(stdout)), `The main thread was running:\n    at <anonymous> [eval]:4\n\n${WAITING}`)
    const table = await ask(['ps', join(folder, core), '--json'])
    assert.equal(JSON.parse(table.stdout).takenAtMs, Math.round(statSync(join(folder, core)).mtimeMs))
    const wrong = await ask(['tree', join(folder, core), '--exe', '/bin/sh'])
    assert.equal(wrong.code, 3)
    assert.match(wrong.stderr, /exports no constants of V8/)
  })
}

const noDebugger = skip || (spawnSync('gcore', ['-h']).status === null && 'gcore is not installed (gdb)')

testTarget(
  'a core file that gcore wrote of a process that goes on',
  '-e',
  async ({ pid, child }) => {
    const written = spawnSync('gcore', ['-o', join(output, 'gcore'), String(pid)], { encoding: 'utf8' })
    assert.equal(written.status, 0, written.stderr)
    for (const args of [[], ['--threads']]) {
      const { stdout, stderr, code } = await ask(['tree', join(output, `gcore.${pid}`), ...args])
      assert.equal(code, 0, stderr)
      assert.equal(waitsOf(masked(stdout)), WAITING)
    }
    assert.equal(child.exitCode, null)
  },
  { unless: noDebugger, args: [`${WAITS} require('node:fs').writeSync(1, 'ready')`] },
)

/** Why core files cannot be tested here. */
function noCores() {
  if (process.platform !== 'linux') return 'core files are read on Linux only'
  const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim()
  if (!/^core/.test(pattern)) return `the kernel writes core files elsewhere: ${pattern}`
  return spawnSync('sh', ['-c', 'ulimit -c unlimited']).status !== 0 && 'core files are limited (ulimit -c)'
}

test('what is not there, and what goes not together', { skip }, async () => {
  const missing = await ask(['tree', 4_190_000, ...fromMemory])
  assert.equal(missing.code, 3)
  assert.match(missing.stderr, /no process 4190000/)
  const wrong = await ask(['tree', process.pid, '--via', 'telepathy'])
  assert.equal(wrong.code, 2)
  assert.match(wrong.stderr, /--via must be memory or inspector, not telepathy/)
})
