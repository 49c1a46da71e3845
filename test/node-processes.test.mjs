// Which Node.js processes there are, and which of them is meant by the PID of a shell, `timeout` or npm.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { ask, command, masked, memorySkip, start, stop, until, waitsOf } from './targets.mjs'

const skip = process.platform === 'linux' ? false : 'processes are listed on Linux only'
const WAITS = `async function waits() { await new Promise((resolve) => setTimeout(resolve, 900_000)) }
waits(); setTimeout(() => console.log('ready'), 20)`

test('without a command: the Node.js processes, each idle or busy', { skip }, async () => {
  const idle = await start('-e', { args: [WAITS] })
  const busy = await start('-e', { args: ["require('node:fs').writeSync(1, 'ready'); for (;;);"] })
  try {
    const { stdout, stderr, code } = await ask([])
    assert.equal(code, 0)
    assert.match(stdout, /^PID +AGE +MAIN THREAD +COMMAND\n/)
    assert.match(stdout, new RegExp(`^${idle.pid} +.* idle +node.* -e async function waits`, 'm'))
    assert.match(stdout, new RegExp(`^${busy.pid} +.* busy +node`, 'm'))
    assert.match(stderr, /^note: async-trace tree PID /)
  } finally {
    await stop(idle)
    await stop(busy)
  }
})

test('a process that only runs others: the Node.js process below it is asked', {
  skip: skip || memorySkip(),
}, async () => {
  await belowShell('timeout --foreground 900 "$0" -e "$1"; true', 1, async (pid) => {
    const { stdout, stderr, code } = await ask(['tree', pid, '--via', 'memory', '--pause', '60'])
    assert.equal(code, 0, stderr)
    assert.equal(waitsOf(masked(stdout)), 'waits()\n│  waits() [eval]:1\n└─ setTimeout 900000 ms, N ms remaining')
    assert.match(stderr, new RegExp(`^note: process ${pid} only starts other processes: showing process \\d+\n$`))
  })
})

test('async-trace run only runs others: its program is asked, and is the one in the list', {
  skip: skip || memorySkip(),
}, async () => {
  await belowShell(
    'exec "$0" "$2" run -e "$1"',
    1,
    async (pid) => {
      const { stdout, stderr, code } = await ask(['tree', pid])
      assert.equal(code, 0, stderr)
      assert.match(stdout, /^Task-\d+ waits\(\)\n│ {2}waits\(\) \[eval\]:1\n/)
      assert.match(stderr, new RegExp(`^note: process ${pid} only starts other processes: showing process \\d+$`, 'm'))
      const [, program] = /showing process (\d+)/.exec(stderr)
      const list = (await ask([])).stdout
      assert.match(list, new RegExp(`^${program} `, 'm'))
      assert.doesNotMatch(list, new RegExp(`^${pid} `, 'm'))
    },
    [command],
  )
})

test('several Node.js processes below one: they are named', { skip }, async () => {
  await belowShell('"$0" -e "$1" & "$0" -e "$1"; true', 2, async (pid) => {
    const { stderr, code } = await ask(['tree', pid])
    assert.equal(code, 3)
    assert.match(stderr, new RegExp(`process ${pid} runs several Node\\.js processes: ask \\d+ \\(node.*\\) or \\d+ `))
  })
})

// `npx` sets such a title, and runs the command in a process of its own.
const AS_NPX = `process.title = 'npm exec async-trace'
const [, command, ...args] = process.argv
const { stdout, stderr, status } = require('node:child_process').spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' })
console.log(JSON.stringify({ stdout, stderr, status, pid: process.pid }))`

for (const [name, run, isNpx] of [
  ['by node', '"$0" "$2"', false],
  ['by npx', '"$0" -e "$3" "$2"', true],
]) {
  test(`a command in the shell that it asks about is none of the shell's programs: ${name}`, {
    skip: skip || memorySkip(),
  }, async () => {
    const script = `"$0" -e "$1" | { read ready; ${run} tree $$ --via memory --pause 60 2>&1; echo; echo done; }; true`
    await belowShell(
      script,
      0,
      async (pid, said) => {
        await until(() => /^done$/m.test(said()))
        const text = isNpx ? Object.values(JSON.parse(said().split('\n')[0])).join('\n') : said()
        assert.match(text, /^waits\(\)\n│ {2}waits\(\) \[eval\]:1:\d+\n└─ setTimeout 900000 ms/m)
        assert.match(text, new RegExp(`^note: process ${pid} only starts other processes: showing process \\d+$`, 'm'))
      },
      [command, AS_NPX],
    )
  })
}

test('without a command: the npx that runs this is not in the list, another npx is', { skip }, async () => {
  const other = await start('-e', {
    args: [`process.title = 'npm exec other'; console.log('ready'); setInterval(() => {}, 900_000)`],
  })
  try {
    const { stdout } = spawnSync(process.execPath, ['-e', AS_NPX, command], { encoding: 'utf8' })
    const list = JSON.parse(stdout)
    assert.equal(list.status, 0, list.stderr)
    assert.match(list.stdout, new RegExp(`^${other.pid} `, 'm'))
    assert.doesNotMatch(list.stdout, new RegExp(`^${list.pid} `, 'm'))
  } finally {
    await stop(other)
  }
})

/** Runs a shell's script, in which `"$0" -e "$1"` is a program that waits, until it has begun `count` of those. */
async function belowShell(script, count, run, args = []) {
  const shell = spawn('sh', ['-c', script, process.execPath, WAITS, ...args], { detached: true })
  let said = ''
  shell.stdout.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  try {
    await until(() => said.split('ready').length > count)
    await run(shell.pid, () => said)
  } finally {
    process.kill(-shell.pid, 'SIGKILL')
  }
}
