// Several processes at once: each below its heading, parents before their children.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { ask, memorySkip, start, stop, until } from './targets.mjs'

const WAITS = `async function waits() { await new Promise((resolve) => setTimeout(resolve, 900_000)) }
waits(); setTimeout(() => console.log('ready', process.pid), 20)`
const PARENT = `require('node:child_process').spawn(process.execPath, ['-e', process.argv[1]], { stdio: 'inherit' })
async function supervises() { await new Promise((resolve) => setTimeout(resolve, 900_000)) }
supervises()`
const quickly = ['--via', 'memory', '--pause', '60']

test('a parent before its child, whatever the order; one that cannot be asked keeps nobody from answering', {
  skip: memorySkip(),
}, async () => {
  const target = await start('-e', { args: [PARENT, WAITS], waitFor: null })
  let child
  try {
    await until(() => /ready \d+/.test(target.stdout))
    ;[, child] = /ready (\d+)/.exec(target.stdout)
    const { stdout, stderr, code } = await ask(['tree', child, 999_999_999, target.pid, ...quickly])
    const [, first, second, third] = stdout.split(/^== process /m)
    assert.match(first, /^999999999: {2}==\n\n.*no process 999999999/, stdout)
    assert.match(second, new RegExp(`^${target.pid}: node.* ==\\n\\nsupervises\\(\\)\\n`), stdout)
    assert.match(third, new RegExp(`^${child}, child of ${target.pid}: node.* ==\\n\\nwaits\\(\\)\\n`), stdout)
    assert.equal(code, 3, stderr)
    const { processes } = JSON.parse((await ask(['ps', child, 999_999_999, target.pid, '--json', ...quickly])).stdout)
    assert.deepEqual(
      processes.map(({ pid, parent, answer, refused }) => [pid, parent, answer?.tasks.length, refused !== undefined]),
      [
        [999_999_999, null, undefined, true],
        [target.pid, null, 1, false],
        [Number(child), target.pid, 1, false],
      ],
    )
  } finally {
    if (child !== undefined) process.kill(Number(child), 'SIGKILL')
    await stop(target)
  }
})

test('--all without a PID: all that may be asked', { skip: memorySkip() }, async () => {
  const targets = [await start('-e', { args: [WAITS] }), await start('-e', { args: [WAITS] })]
  // Programs of other tests are among them: they are not to be stopped.
  const unstopped = ['--via', 'memory', '--no-pause']
  try {
    // Others on this machine may come and go meanwhile.
    const { stdout } = await ask(['tree', '--all', '--filter', 'waits', ...unstopped])
    for (const { pid } of targets) {
      assert.match(stdout, new RegExp(`^== process ${pid}[:,].* ==\\n\\nwaits\\(\\)\\n`, 'm'), stdout)
    }
  } finally {
    for (const target of targets) await stop(target)
  }
})

test('one that runs several is refused, and the others are asked all the same', { skip: memorySkip() }, async () => {
  const target = await start('-e', { args: [WAITS] })
  const shell = spawn('sh', ['-c', '"$0" -e "$1" & "$0" -e "$1"; true', process.execPath, WAITS], { detached: true })
  let said = ''
  shell.stdout.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  try {
    await until(() => said.split('ready').length > 2)
    const { stdout, code } = await ask(['tree', shell.pid, target.pid, ...quickly])
    assert.match(stdout, new RegExp(`^== process ${shell.pid}: .* ==\\n\\nprocess ${shell.pid} runs several Node\\.js`))
    assert.match(stdout, new RegExp(`^== process ${target.pid}: .* ==\\n\\nwaits\\(\\)\\n`, 'm'))
    assert.equal(code, 3)
  } finally {
    process.kill(-shell.pid, 'SIGKILL')
    await stop(target)
  }
})

test('--all beside the address of an inspector is about that process', async () => {
  const { stderr, code } = await ask(['tree', '--all', '--inspect=127.0.0.1:1'])
  assert.match(stderr, /no inspector answers at 127\.0\.0\.1:1/)
  assert.equal(code, 5)
})
