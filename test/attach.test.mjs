// The command against real processes. One file, one after the other: Node's inspector has one usual port.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { Profile } from 'pprof-format'
import WebSocket from 'ws'
import { Turn } from '../dist/attach/asking-turn.js'
import { withoutColumns } from './columns.mjs'
import { casesOf, runsEveryCase } from './every-case.mjs'
import * as targets from './targets.mjs'
import {
  ask,
  command,
  expectedTree,
  folder,
  isPortFree,
  masked,
  memorySkip,
  SOME_TREES,
  stop,
  until,
} from './targets.mjs'

const register = new URL('../dist/register.js', import.meta.url).href

const PORT = 9229
const [major] = process.versions.node.split('.').map(Number)
const skip =
  process.platform !== 'linux'
    ? 'attaching works on Linux only'
    : (await isPortFree(PORT))
      ? false
      : `port ${PORT} is held by another process`
const output = mkdtempSync(join(tmpdir(), 'async-trace-test-'))
after(() => rmSync(output, { recursive: true, force: true }))

/** A program whose inspector opens where that of most programs does. */
function start(file, options) {
  return targets.start(file, { onUsualPort: true, ...options })
}

/** A test with a target that is ended whatever happens. */
function testTarget(name, file, run, { unless = false, ...options } = {}) {
  test(name, { skip: skip || unless }, async () => {
    const target = await start(file, options)
    try {
      await run(target)
    } finally {
      await stop(target)
      const made = /ready (\/\S+)/.exec(target.stdout)?.[1]
      if (made !== undefined) rmSync(made, { recursive: true, force: true })
    }
  })
}

/** What takes long and seldom tells anything (test/every-case.mjs). */
const testTargetEveryCase = runsEveryCase ? testTarget : () => {}

/** The quicker route, where the test is about how an answer is shown. */
const quickly = memorySkip() === false ? ['--via', 'memory', '--pause', '60'] : []

/** What the inspector refuses is read from memory unless that is forbidden. */
function tree(pid) {
  return ['tree', pid, '--via', 'inspector']
}

function isRefused(answer, code, message) {
  assert.equal(answer.code, code, answer.stderr + answer.stdout)
  assert.match(answer.stderr, message)
  assert.equal(answer.stdout, '')
  assert.equal(answer.stderr.trimEnd().split('\n').length, 1, answer.stderr)
}

for (const flags of [[], ['--import', register]]) {
  testTarget(
    `what keeps a process of callbacks alive, ${flags.length === 0 ? 'which loaded nothing' : 'which records'}`,
    'callbacks.cjs',
    async ({ pid }) => {
      const { stdout, stderr, code } = await ask(['tree', pid])
      assert.equal(code, 0, stderr)
      // Records tell where it was made; the heap of a process that loaded nothing, what will be called.
      const isRecorded = flags.length > 0
      const made = expectedTree('callbacks.cjs')
        .replace('calls reply() callbacks.cjs:5', 'made by <anonymous> callbacks.cjs:5')
        .replace('calls poll() callbacks.cjs:13', 'made by <module> callbacks.cjs:13')
        .replace('server 127.0.0.1:PORT', 'server 127.0.0.1:PORT, made by <module> callbacks.cjs:10')
        .replace(
          'socket 127.0.0.1:… ×2',
          'socket 127.0.0.1:PORT, made by <anonymous> callbacks.cjs:11\n  socket 127.0.0.1:PORT, made by <module> callbacks.cjs:10',
        )
      assert.equal(masked(stdout), isRecorded ? made : expectedTree('callbacks.cjs'))
      const idle = 'No async function is suspended. The process is kept alive by:'
      assert.ok((await ask(['ps', pid])).stdout.split('\n').includes(idle))
    },
    { flags },
  )
}

testTarget(
  'a process that only a worker keeps alive, not the pipes of its output',
  'kept-by-worker.mjs',
  async ({ pid }) => {
    const { stdout, stderr, code } = await ask(['tree', pid])
    assert.equal(code, 0, stderr)
    assert.equal(masked(stdout), expectedTree('kept-by-worker.mjs'))
    const ofAllThreads = await ask(['tree', pid, '--threads'])
    assert.equal(ofAllThreads.code, 0, ofAllThreads.stderr)
    assert.match(ofAllThreads.stdout, /\n\nThe process is kept alive by:\n {2}worker 1\n$/)
  },
)

for (const flags of casesOf([[], ['--import', register]], ({ length }) => length === 0)) {
  testTarget(
    `what can no longer happen, and what still may, in a process which ${flags.length === 0 ? 'loaded nothing' : 'records'}`,
    'never.mjs',
    async ({ pid }) => {
      const { stdout, stderr } = await ask(['tree', pid, '--json', '--via', 'inspector'])
      const { nodes, edges } = JSON.parse(stdout)
      const leaves = new Map(nodes.map((node) => [node.id, node.leaf]))
      const waiting = (isNever) => {
        const found = edges.filter(
          ({ to }) => leaves.get(to) !== null && (leaves.get(to)?.never !== undefined) === isNever,
        )
        return [...new Set(found.map(({ from }) => nodes.find(({ id }) => id === from).stack.at(0)?.name))].sort()
      }
      assert.deepEqual(waiting(true), ['neverCloses', 'neverComes', 'neverDrains', 'neverExits'], stderr)
      const may = [
        'hasOtherWay',
        'mayBeAborted',
        'mayBeCalled',
        'mayBeEmitted',
        'mayFail',
        'mayHearOther',
        'mayTimeOut',
      ]
      assert.deepEqual(waiting(false), may)
      const { stdout: tree } = await ask(['tree', pid, '--via', 'inspector'])
      assert.match(tree, /waits? for something that can no longer happen: event 'drain' of PassThrough/)
      assert.doesNotMatch(tree.split('\n\n')[0], /may|hasOtherWay/)
    },
    { flags },
  )
}

for (const file of SOME_TREES) {
  testTarget(`tree of ${file}, which loaded nothing`, file, async (target) => {
    const { stdout, stderr, code } = await ask(['tree', target.pid])
    assert.equal(code, 0, stderr)
    assert.equal(masked(stdout), expectedTree(file))
    assert.equal(stderr, '')
    assert.doesNotMatch(target.stderr, /Warning/)
  })
}

testTarget(
  'ps names functions, each with its own await, and the innermost of its chain',
  'chains.mjs',
  async ({ pid }) => {
    const { stdout, stderr, code } = await ask(['ps', pid, '--all'])
    assert.equal(code, 0, stderr)
    assert.doesNotMatch(stdout, /Task-\d|NAME/)
    assert.match(stdout, /^0 +\d+ +PENDING +\? +leaf +chains\.mjs:6 +- +setTimeout 900000 ms/m)
    assert.match(stdout, / Store\.open +chains\.mjs:53 +leaf\(\) chains\.mjs:6 +setTimeout 900000 ms/)
    assert.match(stdout, / throughCallback +chains\.mjs:58 +- +task \d+: leaf$/m)
  },
)

for (const [via, says] of [
  ['inspector', /Debugger (listening|ending)/],
  ['memory', /^$/],
]) {
  testTarget(`the program goes on as before, asked over ${via}`, 'counts.mjs', async (target) => {
    const seen = async () => {
      const before = target.stdout.length
      target.child.stdin.write('\n')
      await until(() => target.stdout.slice(before).endsWith('\n'))
      return target.stdout.slice(before).trim().split(' ')
    }
    const [, first, ...before] = await seen()
    for (let i = 0; i < 3; i++) assert.equal((await ask(['tree', target.pid, '--via', via])).code, 0)
    const [, second, ...afterwards] = await seen()
    assert.deepEqual(afterwards, before)
    assert.ok(Number(second) > Number(first))
    assert.match(target.stderr, says)
    assert.deepEqual(
      target.stderr.split('\n').filter((line) => !/^(Debugger |For help|$)/.test(line)),
      [],
    )
    // On a process that is slow to close it, the command does not wait for ever.
    if (via === 'inspector') await until(() => isPortFree(PORT))
  })
}

testTarget(
  'an inspector that was open stays open',
  'counts.mjs',
  async (target) => {
    const url = /ws:\/\/(\S+?)\//.exec(target.stderr)?.[1]
    const { code, stderr } = await ask(['tree', target.pid])
    assert.equal(code, 0, stderr)
    const [info] = await (await fetch(`http://${url}/json/list`)).json()
    assert.match(info.webSocketDebuggerUrl, /^ws:/)
  },
  { flags: ['--inspect=0'] },
)

testTarget(
  'an inspector whose port is not known is found without a connection to the program’s own servers',
  'servers.mjs',
  async (target) => {
    const { code, stderr } = await ask(['tree', target.pid])
    assert.equal(code, 0, stderr)
    target.child.stdin.write('\n')
    await until(() => target.stdout.includes('connections'))
    assert.match(target.stdout, /^connections 0$/m)
  },
  { flags: ['--inspect=0'] },
)

testTarget(
  'while another debugger is connected, which could make V8’s walk endless',
  'chains.mjs',
  async (target) => {
    const other = new WebSocket(/ws:\/\/\S+/.exec(target.stderr)[0])
    await once(other, 'open')
    other.send(JSON.stringify({ id: 1, method: 'Runtime.enable' }))
    await once(other, 'message')
    try {
      const { stdout, stderr, code } = await ask(['tree', target.pid])
      assert.equal(code, 0, stderr)
      assert.equal(masked(stdout), expectedTree('chains.mjs'))
    } finally {
      other.terminate()
    }
  },
  { flags: ['--inspect=0'] },
)

for (const file of ['typed.ts', 'typed-common.cts']) {
  testTarget(
    `TypeScript that a loader transforms: ${file}`,
    file,
    async ({ pid }) => {
      const { stdout, stderr, code } = await ask(['tree', pid])
      assert.equal(code, 0, stderr)
      assert.equal(masked(stdout), expectedTree(file))
    },
    { flags: ['--import', import.meta.resolve('tsx')] },
  )
}

testTarget(
  'and the stack of a busy one',
  'typed-common.cts',
  async ({ pid }) => {
    const { stdout, stderr, code } = await ask(['tree', pid])
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^ {4}at spin\(\) typed-common\.cts:24$/m)
  },
  { flags: ['--import', import.meta.resolve('tsx')], args: ['busy'] },
)

test('two processes at once', { skip }, async () => {
  const targets = [await start('shared.mjs'), await start('deadlock.mjs')]
  try {
    const answers = await Promise.all(targets.map(({ pid }) => ask(['tree', pid])))
    assert.deepEqual(
      answers.map(({ stdout, stderr }) => masked(stdout) || stderr),
      [expectedTree('shared.mjs'), expectedTree('deadlock.mjs')],
    )
  } finally {
    for (const target of targets) await stop(target)
  }
})

testTarget('several ask one process at once: each has its turn', 'shared.mjs', async ({ pid, child }) => {
  const answers = await Promise.all([1, 2, 3].map(() => ask(['tree', pid])))
  assert.deepEqual(
    answers.map(({ stdout, stderr }) => masked(stdout) || stderr),
    [1, 2, 3].map(() => expectedTree('shared.mjs')),
  )
  const turn = new Turn(pid, 1_000, () => {})
  await turn.take()
  try {
    const why = new RegExp(`another async-trace, process ${process.pid}, has been asking process ${pid} for 0\\.5 s`)
    isRefused(await ask(['ps', pid, '--timeout', 0.5, '--via', 'inspector']), 3, why)
  } finally {
    turn.end()
  }
  assert.equal((await ask(['ps', pid])).code, 0)
  assert.equal(child.exitCode, null)
  await until(() => isPortFree(PORT))
})

testTargetEveryCase('twenty thousand pending functions', 'many.mjs', async ({ pid }) => {
  const { stdout, stderr, code } = await ask(['graph', pid, '--format', 'json', '--timeout', 120, '--force'])
  assert.equal(code, 0, stderr)
  const { nodes, edges } = JSON.parse(stdout)
  const line =
    readFileSync(join(folder, 'many.mjs'), 'utf8')
      .split('\n')
      .findIndex((text) => text.includes('await')) + 1
  const tasks = nodes.filter(({ kind }) => kind === 'task')
  assert.equal(tasks.length, 20_000)
  assert.ok(tasks.every(({ stack }) => stack.length === 1 && stack[0].line === line && stack[0].name === 'one'))
  assert.equal(new Set(nodes.filter(({ kind }) => kind === 'timer').map(({ leaf }) => leaf.delayMs)).size, 20_000)
  assert.equal(edges.length, 20_000)
})

testTarget('an event loop that does not turn, and what is pending on it', 'full-loop.mjs', async ({ pid }) => {
  const { stdout, stderr, code } = await ask(['tree', pid])
  assert.equal(code, 0, stderr)
  assert.match(stdout, /^The main thread blocks its event loop/)
  assert.deepEqual(stdout.match(/at .*\(\) full-loop\.mjs:\d+|at <module> .*/g), [
    'at spin() full-loop.mjs:14',
    'at step() full-loop.mjs:9',
    'at async job() full-loop.mjs:3',
    'at <module> full-loop.mjs:22',
  ])
  assert.equal(masked(stdout.slice(stdout.indexOf('\n\n') + 2)), expectedTree('full-loop.mjs'))
  assert.match(stderr, /does not turn: its inspector stays open on 127\.0\.0\.1 until it does/)
})

for (const flags of [[], ['--import', register]]) {
  const how = flags.length === 0 ? 'loaded nothing' : 'records'
  testTarget(
    `an event loop that does not turn as microtasks have no end, which ${how}`,
    'endless-microtasks.mjs',
    async ({ pid }) => {
      const { stdout, stderr, code } = await ask(['tree', pid])
      assert.equal(code, 0, stderr)
      const [title, ...frames] = masked(stdout).split('\n\n')[0].split('\n')
      assert.equal(title, 'The main thread blocks its event loop:')
      // V8 stops it where it is resumed, and gives the place where it begins, or amid its loop.
      assert.match(frames.join('\n'), /^ {4}at spin\(\) endless-microtasks\.mjs:[45]$/)
    },
    { flags },
  )
}

testTarget('worker threads, busy ones too', 'workers.mjs', async ({ pid }) => {
  const alone = JSON.parse((await ask(['ps', pid, '--json'])).stdout)
  assert.deepEqual(
    alone.threads.map(({ threadId }) => threadId),
    [0],
  )
  const { stdout, stderr, code } = await ask(['ps', pid, '--json', '--threads'])
  assert.equal(code, 0, stderr)
  const { threads, tasks } = JSON.parse(stdout)
  assert.deepEqual(
    threads.map(({ threadId, state }) => [threadId, state]),
    [
      [0, 'answered'],
      [1, 'answered'],
      [2, 'busy'],
    ],
  )
  assert.equal(threads[2].stack[0].name, 'spin')
  assert.equal(tasks.filter(({ task }) => task.threadId === 2)[0]?.functionExecuting, 'inWorker')
  const inWorker = tasks.filter(({ task }) => task.threadId === 1)
  assert.deepEqual(
    inWorker.map(({ stack }) => stack.map(({ name, line }) => [name, line])),
    [
      [
        ['<module>', 25],
        ['inWorker', 5],
      ],
    ],
  )
  assert.match(inWorker[0].waitingOn.label, /^setTimeout 900000 ms/)
  const tree = await ask(['tree', pid, '--threads'])
  assert.deepEqual(tree.stdout.match(/^(Main t|T)hread.*$/gm), [
    'Thread 2 blocks its event loop:',
    'Main thread:',
    'Thread 1:',
    'Thread 2:',
  ])
  assert.equal(tree.stderr, '')
  assert.equal((await ask(['tree', pid])).stderr, 'note: main thread only; --threads also shows 2 worker threads\n')
})

test('the process ends while it is asked', { skip }, async () => {
  // Before anything is sent to it, once its inspector is open, and while that is asked for its heap.
  for (const said of ['', 'Debugger listening', 'Debugger attached']) {
    const target = await start('many.mjs')
    const answer = ask(['tree', target.pid, '--force'])
    await until(() => target.stderr.includes(said))
    await stop(target)
    const { code, stderr, stdout } = await answer
    assert.ok([3, 5].includes(code), `${code} ${stderr} ${stdout.slice(0, 100)}`)
    assert.match(stderr, /^async-trace: .*(ended|went away|no process).*\n$/)
  }
})

testTarget('a stranger holds the port', 'counts.mjs', async ({ pid, stderr }) => {
  const stranger = createServer((socket) => socket.destroy()).listen(PORT, '127.0.0.1')
  await once(stranger, 'listening')
  try {
    isRefused(
      await ask([...tree(pid), '--timeout', 1]),
      3,
      new RegExp(`port ${PORT}.* held by process ${process.pid}: .*--inspect-port=0`),
    )
    assert.equal(stderr, '')
  } finally {
    stranger.close()
  }
})

testTarget('another process’s inspector is never spoken to', 'counts.mjs', async ({ pid }) => {
  const other = await start('counts.mjs', { flags: [`--inspect=${PORT}`] })
  try {
    isRefused(await ask([...tree(pid), '--timeout', 1]), 3, new RegExp(`held by process ${other.pid}`))
    assert.doesNotMatch(other.stderr, /Debugger attached/)
  } finally {
    await stop(other)
  }
})

test('what is not there, not Node, or not ours', { skip }, async () => {
  isRefused(await ask(['tree', 4_190_000]), 3, /no process 4190000/)
  isRefused(
    await ask(['tree', process.ppid === 1 ? 1 : await shellPid()]),
    3,
    /is not Node\.js|belongs to another user/,
  )
})

async function shellPid() {
  const child = spawn('sleep', ['60'])
  after(() => child.kill())
  await once(child, 'spawn')
  return child.pid
}

test('Node.js under another name, and what only looks like it', { skip }, async () => {
  const renamed = join(output, 'service')
  copyFileSync(process.execPath, renamed)
  const child = spawn(renamed, ['counts.mjs'], { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] })
  try {
    await once(child.stdout, 'data')
    const { code, stderr } = await ask(['tree', child.pid])
    assert.equal(code, 0, stderr)
  } finally {
    await stop({ child })
  }
})

test('a parent that only runs others names whom to ask', { skip }, async () => {
  const file = join(output, 'waits.test.mjs')
  writeFileSync(file, 'setTimeout(() => {}, 900_000); process.on("disconnect", () => process.exit())')
  for (const [flag, what] of [
    ['--test', 'each test file'],
    ['--watch', 'the program'],
  ]) {
    const { NODE_TEST_CONTEXT, ...env } = process.env
    const child = spawn(process.execPath, [flag, file], { env, stdio: 'ignore', detached: true })
    try {
      const children = () => spawnSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' }).stdout.trim()
      await until(() => children() !== '')
      const why = `is the parent of node ${flag}: ${what} runs in a process of its own \\(ask ${children()}`
      isRefused(await ask(['tree', child.pid]), 3, new RegExp(why))
    } finally {
      process.kill(-child.pid, 'SIGKILL')
    }
  }
})

const ANOTHER_USER = 65534
const noOtherUser =
  process.getuid?.() !== 0
    ? 'only root can become another user'
    : spawnSync(process.execPath, [command, '--help'], { uid: ANOTHER_USER }).status !== 0
      ? 'no other user may run this Node or this checkout'
      : false

testTarget(
  'a process of another user',
  'counts.mjs',
  async ({ pid }) => {
    isRefused(await ask(['tree', pid], { uid: ANOTHER_USER }), 3, /belongs to another user/)
  },
  { unless: noOtherUser },
)

testTarget('a process that listens to SIGUSR1 itself', 'sigusr1-listener.mjs', async (target) => {
  isRefused(await ask(tree(target.pid)), 3, /listens to SIGUSR1 itself/)
  assert.equal(target.child.exitCode, null)
  // Who may look into the process sees the listener before anything is sent.
  if (process.getuid() === 0) assert.doesNotMatch(target.stdout, /reopened/)
})

testTarget('a stopped process', 'counts.mjs', async ({ pid, child }) => {
  child.kill('SIGSTOP')
  isRefused(await ask(tree(pid)), 3, /is stopped/)
  child.kill('SIGCONT')
})

test('a process that is still starting is not killed', { skip }, async () => {
  for (let i = 0; i < (runsEveryCase ? 6 : 3); i++) {
    const target = await start('counts.mjs', { waitFor: null })
    const { code, stderr } = await ask(['tree', target.pid, '--timeout', 10])
    assert.ok(code === 0 || code === 3, `${code} ${stderr}`)
    await until(() => target.stdout.includes('ready') || target.child.exitCode !== null)
    assert.equal(target.child.exitCode, null, target.stderr)
    assert.equal(target.child.signalCode, null)
    await stop(target)
  }
})

if (major >= 24) {
  testTarget(
    'a process whose inspector is forbidden',
    'counts.mjs',
    async ({ pid }) => isRefused(await ask(tree(pid)), 3, /--permission/),
    { flags: ['--permission', '--allow-fs-read=*'] },
  )
  testTarget(
    'a process that was told to ignore the signal',
    'counts.mjs',
    async ({ pid }) => isRefused(await ask(tree(pid)), 3, /--disable-sigusr1/),
    { flags: ['--disable-sigusr1'] },
  )
}

testTarget('what would cost too much needs --force', 'large.mjs', async (target) => {
  isRefused(await ask(tree(target.pid)), 4, /paused for about \d+ s and take about [\d.]+ [MG]B more.*--force/)
  assert.equal(target.child.exitCode, null)
})

testTarget(
  'a process that records answers with what it recorded',
  'shared.mjs',
  async ({ pid }) => {
    const { tasks } = JSON.parse((await ask(['ps', pid, '--json'])).stdout)
    assert.ok(tasks.length > 0)
    for (const { ageMs, createdPath } of tasks) assert.ok(ageMs >= 0 && createdPath.length > 0)
  },
  { flags: ['--import', register] },
)

testTarget(
  'and its heap says who holds the resolvers, with --heap as well',
  'mutex.mjs',
  async ({ pid }) => {
    for (const more of [[], ['--heap']]) {
      const { stdout, stderr, code } = await ask(['tree', pid, ...more])
      assert.equal(code, 0, stderr)
      // Both wait in one queue: the older task has the leaf, the other one refers to it.
      const [, shown, leaf] =
        /^Task-\d+ (report|transfer)\(\)\n.*\n.*Mutex\.lock\(\) mutex\.mjs:7\n└─ unresolved promise; its resolve\(\) is stored in Mutex\.queue (#\d+)$/m.exec(
          stdout,
        ) ?? []
      const other = shown === 'report' ? 'transfer' : 'report'
      assert.match(
        stdout,
        new RegExp(`^Task-\\d+ ${other}\\(\\) → ${leaf}\n.*\n +Mutex\\.lock\\(\\) mutex\\.mjs:7$`, 'm'),
      )
    }
  },
  { flags: ['--import', register] },
)

testTarget(
  'and so do its worker threads',
  'workers.mjs',
  async ({ pid }) => {
    const { stdout, stderr, code } = await ask(['ps', pid, '--json', '--threads'])
    assert.equal(code, 0, stderr)
    const { threads, tasks } = JSON.parse(stdout)
    assert.deepEqual(
      threads.map(({ threadId, state }) => [threadId, state]),
      [
        [0, 'answered'],
        [1, 'answered'],
        [2, 'busy'],
      ],
    )
    assert.ok(tasks.some(({ task, ageMs }) => task.threadId === 1 && ageMs >= 0))
  },
  { flags: ['--import', register] },
)

testTarget(
  'and with --heap tells of what it did not record as well, and loses nothing of what it did',
  'sampled.mjs',
  async ({ pid }) => {
    const known = async (more) => {
      const { stdout, stderr, code } = await ask(['ps', pid, '--json', ...more])
      assert.equal(code, 0, stderr)
      return JSON.parse(stdout)
        .tasks.map(({ task, ageMs, stack }) => {
          const places = stack.map(({ name, line }) => `${name}:${line}`).join(' ')
          return ageMs === null ? places : `Task-${task.id} ${places}`
        })
        .sort()
    }
    assert.deepEqual(await known([]), ['Task-2 main:6', 'handle:15', 'ping:null', 'ping:null'])
    assert.deepEqual(await known(['--heap']), ['Task-2 main:6', 'handle:15', 'ping:11', 'ping:11'])
    const { stdout } = await ask(['tree', pid, '--heap'])
    assert.match(stdout, /^Task-2 main\(\)\n│ {2}main\(\) sampled\.mjs:6$/m)
    assert.match(
      stdout,
      /^ping\(\) ×2\n│ {2}ping\(\) sampled\.mjs:11\n└─ unresolved promise; its resolve\(\) is stored in the variable queue$/m,
    )
  },
  { flags: ['--import', register], env: { ASYNC_TRACE_SAMPLE: '1e-9' } },
)

testTarget('--inject begins to record', 'counts.mjs', async ({ pid }) => {
  const { code, stderr } = await ask(['ps', pid, '--inject'])
  assert.equal(code, 0, stderr)
  assert.match(stderr, /records in the process from now on/)
  assert.match((await ask(['ps', pid, '--inject'])).stderr, /already/)
})

testTargetEveryCase('graph in each format', 'shared.mjs', async ({ pid }) => {
  const format = async (name) => (await ask(['graph', pid, '--format', name, ...quickly])).stdout
  assert.match(await format('dot'), /^digraph /)
  assert.match(await format('mermaid'), /^(flowchart|graph) /)
  assert.equal(JSON.parse(await format('json')).version, 1)
  const page = join(output, 'page.html')
  const { code, stdout, stderr } = await ask(['graph', pid, '--format', 'html', '-o', page, ...quickly])
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: '', stderr: '' })
  assert.match(readFileSync(page, 'utf8'), /^<!doctype html>[\s\S]*connect\(\)/)
  assert.equal(statSync(page).mode & 0o777, 0o600)
  // What the file is follows from its name; whoever could read the file before cannot read the answer.
  const drawing = join(output, 'stuck.mmd')
  writeFileSync(drawing, 'old', { mode: 0o644 })
  assert.equal((await ask(['graph', pid, '-o', drawing, ...quickly])).code, 0)
  assert.match(readFileSync(drawing, 'utf8'), /^flowchart /)
  assert.equal(statSync(drawing).mode & 0o777, 0o600)
  assert.match((await ask(['graph', pid, ...quickly])).stdout, /^digraph /)
  const profile = join(output, 'tasks.pb.gz')
  assert.equal((await ask(['graph', pid, '-o', profile, ...quickly])).code, 0)
  const names = Profile.decode(gunzipSync(readFileSync(profile))).stringTable.strings
  assert.ok(names.includes('connect') && names.some((text) => text.endsWith('/shared.mjs')), names.join(' '))
})

testTargetEveryCase('--filter, --color and pipes', 'deadlock.mjs', async ({ pid }) => {
  const filtered = await ask(['tree', pid, '--filter', 'RACER', ...quickly])
  assert.match(filtered.stdout, /^racer\(\)/)
  assert.doesNotMatch(filtered.stdout, /first/)
  const colored = await ask(['tree', pid, '--color'])
  assert.ok(colored.stdout.includes('\x1b[31m'))
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is looked for
  assert.equal(masked(colored.stdout.replace(/\x1b\[\d*m/g, '')), expectedTree('deadlock.mjs'))
  assert.ok(!filtered.stdout.includes('\x1b'))
  const nothing = 'Nothing that waits has nowhere in it.'
  for (const args of [
    ['tree', pid],
    ['ps', pid],
    ['graph', pid, '--format', 'tree'],
    ['graph', pid, '--format', 'table'],
  ]) {
    assert.deepEqual(await ask([...args, '--filter', 'nowhere', ...quickly]), {
      stdout: `${nothing}\n`,
      stderr: '',
      code: 0,
    })
  }
  // What a program reads stays what it is.
  for (const args of [
    ['--json', 'ps', pid],
    ['tree', pid, '--json'],
    ['graph', pid],
  ]) {
    const { stdout, stderr } = await ask([...args, '--filter', 'nowhere', ...quickly])
    assert.equal(stderr, `note: ${nothing}\n`)
    if (args.includes('--json')) assert.deepEqual((({ tasks, nodes }) => tasks ?? nodes)(JSON.parse(stdout)), [])
    else assert.match(stdout, /^digraph waits \{[^>]*\}$/m)
  }
})

testTarget('options stand before the command as well', 'shared.mjs', async ({ pid }) => {
  const { stdout, stderr, code } = await ask(['--filter', 'ping', '--json', 'ps', pid])
  assert.equal(code, 0, stderr)
  const { tasks } = JSON.parse(stdout)
  assert.ok(tasks.length > 0 && tasks.every(({ functionExecuting }) => functionExecuting === 'ping'), stdout)
})

test('wrong usage, and help', async () => {
  for (const [args, message] of [
    [['tree'], /which process\? Give its PID \(async-trace alone lists the Node\.js processes\), or a heap snapshot/],
    [['watch'], /which process\? Give its PID \(async-trace alone lists the Node\.js processes\); see/],
    [['completion', 'tcsh'], /completion takes the name of a shell: bash, zsh or fish/],
    [['tree', 'abc'], /PID must be a whole number/],
    [['graph', '1', '2'], /one PID or file only/],
    [['tree', '1', 'core.2'], /several PIDs, or one file: core\.2 is not a PID/],
    [['--bogus'], /unknown option --bogus/],
    [['tree', '1', '--colour'], /unknown option --colour; did you mean --color\? see async-trace --help/],
    [['--jsn', 'ps', '1'], /unknown option --jsn; did you mean --json\?/],
    [['ps', '1', '--jsn=yes'], /unknown option --jsn; did you mean --json\?/],
    [['ps', '1', '-z'], /unknown option -z; see/],
    [['--json'], /which command\?/],
    [['--json', 'run', 'app.js'], /options of run come after it: async-trace run --json app\.js/],
    [['4711'], /which command\? For what process 4711 waits for: async-trace tree 4711/],
    [['--json', '4711'], /async-trace tree --json 4711/],
    [['ps', '1', '--format', 'dot'], /--format is not an option/],
    [['graph', '1', '--format', 'svg'], /--format must be one of/],
    [['graph', '1', '-o', 'stuck.svg'], /what is a \.svg file\? Say --format/],
    [['graph', '1', '-o', output], /is a directory/],
    [['graph', '1', '-o', join(output, 'nowhere', 'a.dot')], /there is no directory/],
    [['ps', '1', '--explain'], /--explain is not an option/],
    [['tree', '1', '--limit', 'few'], /--limit must be a number of lines/],
    [['run'], /which program\?/],
    [['run', '--trace-warnings'], /which program\?/],
    [['tree', '1', '--timeout', 'soon'], /--timeout must be a number/],
    [['trees', '1'], /no command trees; did you mean tree\?/],
    [['frobnicate', '1'], /no command frobnicate; see/],
  ]) {
    isRefused(await ask(args), 2, message)
  }
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  assert.deepEqual(await ask(['--version']), { stdout: `${version}\n`, stderr: '', code: 0 })
  for (const name of ['tree', 'ps', 'graph', 'leaks', 'watch', 'run']) {
    const { stdout, code } = await ask([name, '--help'])
    assert.equal(code, 0)
    assert.ok(
      stdout.split('\n').some((line) => line.startsWith(`  async-trace ${name} `)),
      stdout,
    )
  }
})

test('run records from the first line, and ends as the program ends', async () => {
  const file = join(dirname(folder), 'targets', 'run.mjs')
  const { stdout, code } = await ask(['run', file, 'one', 'two'])
  assert.equal(code, 7)
  assert.match(stdout, /arguments one two/)
  assert.match(stdout, /↑ later\(\) at line \d+/)
})

const tmux = `async-trace-${process.pid}`
const noTmux = skip || (spawnSync('tmux', ['-V']).status === 0 ? false : 'tmux is not installed')

/** `watch` in a real terminal of 100 by 20; `leave` ends it, and the shell says how it ended. */
function testWatch(name, run, options = '') {
  test(name, { skip: noTmux }, async () => {
    const target = await start('shared.mjs')
    const line = `echo before; '${process.execPath}' '${command}' watch ${target.pid} --interval 2 ${options}; echo "exit $?"; cat`
    const keys = (...keys) => spawnSync('tmux', ['send-keys', '-t', tmux, ...keys])
    const screen = () =>
      withoutColumns(spawnSync('tmux', ['capture-pane', '-p', '-t', tmux], { encoding: 'utf8' }).stdout)
    const shows = (pattern) => until(() => pattern.test(screen()))
    spawnSync('tmux', ['new-session', '-d', '-s', tmux, '-x', '100', '-y', '20', line], { cwd: folder })
    try {
      await shows(/shared\.mjs · 5 tasks/)
      await run({ target, keys, screen, shows })
    } finally {
      spawnSync('tmux', ['kill-session', '-t', tmux])
      await stop(target)
    }
  })
}

const testWatchEveryCase = runsEveryCase ? testWatch : () => {}

testWatch(
  'watch: from memory, without an inspector',
  async ({ target, keys, shows }) => {
    await shows(/^ *\? +×2 +ping +shared\.mjs:15 +connect\(\)$/m)
    keys('q')
    await shows(/^before\nexit 0$/m)
    assert.equal(target.stderr, '')
  },
  '--via memory --pause 60',
)

testWatch('watch: ages, stacks, filter, pause, resize, quit', async ({ target, keys, screen, shows }) => {
  await shows(/^ *\d.* s +×2 +ping +shared\.mjs:15 +connect\(\)$/m)
  keys('Enter')
  await shows(/ping\(\) shared\.mjs:15 {2}│ return await connection/)
  keys('Down')
  await shows(/connect\(\) shared\.mjs:3/)
  keys('/', 'q', 'u', 'e')
  await shows(/filter: que▏/)
  await until(() => !/ping/.test(screen()))
  keys('Escape')
  await shows(/ping/)
  keys('Space')
  await shows(/PAUSED/)
  // The terminal may have drawn a part of it by then.
  let paused = ''
  await until(() => {
    const before = paused
    paused = screen()
    return paused === before
  })
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  assert.equal(screen(), paused)
  keys('Space')
  spawnSync('tmux', ['resize-window', '-t', tmux, '-x', '60', '-y', '8'])
  await until(() => screen().trimEnd().split('\n').length <= 8 && /…$/m.test(screen()))
  keys('q')
  await shows(/^before\nexit 0$/m)
  assert.equal(target.child.exitCode, null)
  await until(() => isPortFree(PORT))
})

testWatchEveryCase('watch: the screen is put back when the process ends', async ({ target, shows }) => {
  await stop(target)
  await shows(/^before\nasync-trace: process \d+ (went away|has ended).*\nexit [35]$/m)
})

function pidOfWatch(target) {
  const pids = spawnSync('pgrep', ['-f', `watch ${target.pid} --interval`], { encoding: 'utf8' }).stdout
  const own = pids
    .trim()
    .split('\n')
    .filter((pid) => /^(node|MainThread)/.test(readFileSync(`/proc/${pid}/comm`, 'utf8')))
  assert.equal(own.length, 1)
  return Number(own[0])
}

testWatch('watch: and when it is told to end', async ({ target, shows }) => {
  process.kill(pidOfWatch(target), 'SIGTERM')
  await shows(/^before\nexit 0$/m)
})

testWatch('watch: when it is killed, the process closes its inspector by itself', async ({ target, shows }) => {
  process.kill(pidOfWatch(target), 'SIGKILL')
  await shows(/exit 137$/m)
  await until(() => isPortFree(PORT))
  assert.equal(target.child.exitCode, null)
})
