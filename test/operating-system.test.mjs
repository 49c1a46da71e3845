// What other operating systems write about processes: texts in the form of macOS's ps and lsof and of Windows' PowerShell. And the
// command as it works there, on Linux: with ps and lsof, and with a program in the place of PowerShell.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { endsOf, parseLsof } from '../dist/operating-system/lsof-text.js'
import { parseProcesses, parseSockets, splitCommandLine } from '../dist/operating-system/powershell-text.js'
import { hasSignal, nodeOptionsIn, parsePs, splitArgs } from '../dist/operating-system/ps-text.js'
import { ask, masked, start, stop } from './targets.mjs'

test('ps of macOS', () => {
  const text = `    1     0 S      12:04.87 Thu Nov 26 09:14:02 2026     /sbin/launchd
  501     1 Ss      0:00.41 Thu Nov 26 09:15:40 2026     /usr/libexec/UserEventAgent (Aqua)
84213 83990 R+    151:07.30 Mon Nov 30 08:01:09 2026     node --inspect-port=0 server.js
84300 83990 Z       0:00.00 Sun Nov  1 08:01:12 2026     (node)
84377 83990 T       0:00.22 Mon Nov 30 08:02:44 2026     /Applications/My App.app/Contents/MacOS/node worker.js
`
  assert.deepEqual(parsePs(text), [
    line(1, 0, 'S', 724_870, '2026-11-26T09:14:02Z', '/sbin/launchd'),
    line(501, 1, 'S', 410, '2026-11-26T09:15:40Z', '/usr/libexec/UserEventAgent (Aqua)'),
    line(84213, 83990, 'R', 9_067_300, '2026-11-30T08:01:09Z', 'node --inspect-port=0 server.js'),
    line(84300, 83990, 'Z', 0, '2026-11-01T08:01:12Z', '(node)'),
    line(84377, 83990, 'T', 220, '2026-11-30T08:02:44Z', '/Applications/My App.app/Contents/MacOS/node worker.js'),
  ])
})

function line(pid, parent, state, ranMs, started, args) {
  return { pid, parent, state, ranMs, startedAtMs: Date.parse(started), args }
}

test('ps of Linux: days of CPU time', () => {
  const [{ ranMs }] = parsePs('    7     2 Sl   1-02:03:04 Mon Nov 30 00:58:03 2026 node app.js\n')
  assert.equal(ranMs, ((26 * 60 + 3) * 60 + 4) * 1_000)
})

test('a line that ps did not write is no process', () => {
  assert.deepEqual(parsePs('  PID  PPID STAT\nps: caught: keyword not found\n'), [])
})

test('the signals that a process catches', () => {
  // SIGUSR1 is 30 on macOS, and 10 on Linux.
  assert.equal(hasSignal('68004a03\n', 30), true)
  assert.equal(hasSignal('    4a03\n', 30), false)
  assert.equal(hasSignal('0000000188004a03\n', 10), true)
  assert.equal(hasSignal('<88004803\n', 10), false)
})

test('no set of signals is not an empty one', () => {
  for (const text of ['', '0\n', '-\n', 'ps: caught: keyword not found\n'])
    assert.equal(hasSignal(text, 30), null, text)
})

test('arguments and environment of ps', () => {
  const file = '/Applications/My App.app/Contents/MacOS/node'
  assert.deepEqual(splitArgs(`${file} worker.js --a b`, file), [file, 'worker.js', '--a', 'b'])
  assert.deepEqual(splitArgs('node worker.js', file), ['node', 'worker.js'])
  const environment = 'node a.js HOME=/Users/ada NODE_OPTIONS=--inspect-port=0 --require ./x.cjs TERM=xterm\n'
  assert.equal(nodeOptionsIn(environment), '--inspect-port=0 --require ./x.cjs')
  assert.equal(nodeOptionsIn('node a.js HOME=/Users/ada NODE_OPTIONS='), '')
  assert.equal(nodeOptionsIn('node a.js HOME=/Users/ada\n'), '')
})

test('lsof of macOS: folder and executable', () => {
  const text =
    'p84213\nfcwd\nd0x1000010\nn/Users/ada/My Shop\nftxt\nd0x1000010\nn/usr/local/bin/node\nftxt\nd0x1000010\nn/usr/lib/dyld\n'
  assert.deepEqual(
    parseLsof(text).map(({ descriptor, name }) => [descriptor, name]),
    [
      ['cwd', '/Users/ada/My Shop'],
      ['txt', '/usr/local/bin/node'],
      ['txt', '/usr/lib/dyld'],
    ],
  )
})

test('lsof of macOS: sockets', () => {
  const text = `p84213
f21
d0x4d1ba6fbd1f0a6e5
n*:3000
TST=LISTEN
f23
d0x4d1ba6fbd1f0b2cd
n[::1]:9229
TST=LISTEN
f25
d0x4d1ba6fbd1f0c8b5
n127.0.0.1:9229->127.0.0.1:51234
TST=ESTABLISHED
p84300
f19
d0x4d1ba6fbd1f0d001
n[::1]:9230->[::1]:51235
TST=ESTABLISHED
`
  const files = parseLsof(text)
  assert.deepEqual(files[0], {
    pid: 84213,
    descriptor: '21',
    device: '0x4d1ba6fbd1f0a6e5',
    name: '*:3000',
    tcpState: 'LISTEN',
  })
  assert.deepEqual(
    files.map(({ pid }) => pid),
    [84213, 84213, 84213, 84300],
  )
  assert.deepEqual(
    files.map(({ name }) => Object.values(endsOf(name))),
    [
      ['0.0.0.0', 3000, null],
      ['::1', 9229, null],
      ['127.0.0.1', 9229, 51234],
      ['::1', 9230, 51235],
    ],
  )
  assert.equal(endsOf('/var/run/mDNSResponder'), null)
})

test('processes of PowerShell', () => {
  const text = `\uFEFF[{"ProcessId":4,"ParentProcessId":0,"ExecutablePath":null,"CommandLine":null,"KernelModeTime":84375000,"UserModeTime":0,"Started":"2026-11-30T07:00:01.1234567Z"},{"ProcessId":7340,"ParentProcessId":1204,"ExecutablePath":"C:\\\\Program Files\\\\nodejs\\\\node.exe","CommandLine":"\\"C:\\\\Program Files\\\\nodejs\\\\node.exe\\"  --inspect-port=0 server.js","KernelModeTime":1562500,"UserModeTime":6093750,"Started":"2026-11-30T08:01:09.5000000Z"}]\r\n`
  const [system, node] = parseProcesses(text)
  assert.equal(system.executable, null)
  assert.deepEqual(node, {
    pid: 7340,
    parent: 1204,
    executable: 'C:\\Program Files\\nodejs\\node.exe',
    commandLine: '"C:\\Program Files\\nodejs\\node.exe"  --inspect-port=0 server.js',
    startedAtMs: Date.parse('2026-11-30T08:01:09.5Z'),
    ranMs: 765.625,
  })
  assert.deepEqual(splitCommandLine(node.commandLine), [node.executable, '--inspect-port=0', 'server.js'])
})

test('sockets of PowerShell, in the order of their making; one alone is no list, and none is no text', () => {
  const usual = { LocalAddress: '127.0.0.1', LocalPort: 9229, RemotePort: 0, OwningProcess: 7340, State: 'Listen' }
  const later = { ...usual, LocalAddress: '::', LocalPort: 3000, Created: '2026-11-30T08:01:11.0000000Z' }
  const first = { ...usual, Created: '2026-11-30T08:01:10.0000000Z' }
  assert.deepEqual(
    parseSockets(JSON.stringify([later, first])).map(({ localAddress, localPort, id }) => [
      localAddress,
      localPort,
      id,
    ]),
    [
      ['127.0.0.1', 9229, '127.0.0.1:9229@2026-11-30T08:01:10.0000000Z'],
      ['::', 3000, ':::3000@2026-11-30T08:01:11.0000000Z'],
    ],
  )
  assert.equal(parseSockets(JSON.stringify(first)).length, 1)
  assert.deepEqual(parseSockets(''), [])
})

test('command lines of Windows', () => {
  for (const [text, args] of [
    ['', []],
    ['node a.js', ['node', 'a.js']],
    ['"C:\\a b\\node.exe" "" x', ['C:\\a b\\node.exe', '', 'x']],
    ['node "a \\"b\\" c"', ['node', 'a "b" c']],
    ['node "C:\\dir\\\\" C:\\dir\\', ['node', 'C:\\dir\\', 'C:\\dir\\']],
    ['node\t a"b c"d', ['node', 'ab cd']],
  ]) {
    assert.deepEqual(splitCommandLine(text), args, text)
  }
})

const skip = process.platform !== 'linux' && 'other systems are imitated on Linux only'
const missing = ['ps', 'lsof'].find((tool) => spawnSync(tool, ['-v']).error !== undefined)
const skips = { darwin: skip || (missing !== undefined && `${missing} is not installed`), win32: skip }
const platforms = fileURLToPath(new URL('./platforms/', import.meta.url))
const output = mkdtempSync(join(tmpdir(), 'async-trace-test-'))
after(() => rmSync(output, { recursive: true, force: true }))

const SYSTEMS = {
  darwin: { NODE_OPTIONS: `--require ${platforms}as-darwin.cjs` },
  win32: {
    NODE_OPTIONS: `--require ${platforms}as-windows.cjs`,
    PATH: [platforms, dirname(process.execPath), process.env.PATH].join(delimiter),
  },
}

for (const [platform, env] of Object.entries(SYSTEMS)) {
  test(`tree as on ${platform}, and the inspector is closed afterwards`, { skip: skips[platform] }, async () => {
    const target = await start('checkout.mjs')
    const folder = join(output, platform)
    mkdirSync(folder)
    try {
      const asked = { env: { ...env, TMPDIR: folder }, cwd: folder }
      const { stdout, stderr, code } = await ask(['tree', target.pid, '--verbose'], asked)
      assert.equal(code, 0, stderr)
      assert.match(
        stderr,
        new RegExp(
          `^note: asked over its inspector: the memory of a process is read on Linux only, and this is ${platform}$`,
          'm',
        ),
      )
      const known = await ask(['tree', target.pid, '--via', 'inspector'])
      const [title, ...answer] = stdout.split('\n')
      assert.equal(
        title,
        `Process ${target.pid} (Node.js ${process.versions.node}): node --inspect-port=0 checkout.mjs`,
      )
      assert.equal(masked(answer.join('\n').trimStart()), masked(known.stdout))
      assert.match(target.stderr, /Debugger ending on/)
      const left = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory())
      assert.deepEqual(
        left.map(({ name }) => name),
        [],
      )
    } finally {
      await stop(target)
    }
  })
}

test("a turn that is a file: a killed command's is taken over, a living one's is waited for", { skip }, async () => {
  const folder = join(output, 'turns')
  mkdirSync(folder)
  const env = { ...process.env, ASYNC_TRACE_FACTS: 'ps', TMPDIR: folder }
  const take = `
    import { Turn } from ${JSON.stringify(new URL('../dist/attach/asking-turn.js', import.meta.url).href)}
    await new Turn(1, 300, () => {}).take()
    console.log('taken')
    setInterval(() => {}, 1_000)`
  const begin = () => spawn(process.execPath, ['--input-type=module', '-e', take], { env })
  const killed = begin()
  await once(killed.stdout, 'data')
  killed.kill('SIGKILL')
  await once(killed, 'exit')
  const living = begin()
  try {
    assert.equal(String(await once(living.stdout, 'data')), 'taken\n')
    const other = begin()
    let said = ''
    other.stderr.on('data', (text) => {
      said += text
    })
    assert.deepEqual(await once(other, 'close'), [1, null])
    assert.match(said, new RegExp(`another async-trace, process ${living.pid}, has been asking process 1 for 0.3 s`))
  } finally {
    living.kill('SIGKILL')
  }
})
