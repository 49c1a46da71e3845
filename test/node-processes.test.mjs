// Which Node.js processes there are, and which of them is meant by the PID of a shell, `timeout` or npm.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { ask, memorySkip, start, stop, until } from './targets.mjs'

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
    const { stdout, stderr, code } = await ask(['tree', pid, '--via', 'memory'])
    assert.equal(code, 0, stderr)
    assert.equal(stdout, 'waits()\n│  waits() [eval]:1\n└─ setTimeout 900000 ms\n')
    assert.match(stderr, new RegExp(`^note: process ${pid} only runs others: this is process \\d+\n$`))
  })
})

test('several Node.js processes below one: they are named', { skip }, async () => {
  await belowShell('"$0" -e "$1" & "$0" -e "$1"; true', 2, async (pid) => {
    const { stderr, code } = await ask(['tree', pid])
    assert.equal(code, 3)
    assert.match(stderr, new RegExp(`process ${pid} runs several Node\\.js processes: ask \\d+ \\(node.*\\) or \\d+ `))
  })
})

/** Runs a shell's script, in which `"$0" -e "$1"` is a program that waits, until it has begun `count` of those. */
async function belowShell(script, count, run) {
  const shell = spawn('sh', ['-c', script, process.execPath, WAITS], { detached: true })
  let said = ''
  shell.stdout.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  try {
    await until(() => said.split('ready').length > count)
    await run(shell.pid)
  } finally {
    process.kill(-shell.pid, 'SIGKILL')
  }
}
