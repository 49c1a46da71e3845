// Completion in a shell: its scripts are run, or read, by the shells themselves.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ask, command } from './targets.mjs'

const output = mkdtempSync(join(tmpdir(), 'async-trace-test-'))
after(() => rmSync(output, { recursive: true, force: true }))

const shellSkip = (shell) => (spawnSync(shell, ['--version']).error === undefined ? false : `there is no ${shell}`)

function completed(...words) {
  const script = `source <("$NODE" "$COMMAND" completion bash)
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _async_trace; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr, status } = spawnSync('bash', ['-c', script, 'bash', ...words], {
    encoding: 'utf8',
    env: { ...process.env, NODE: process.execPath, COMMAND: command },
  })
  assert.equal(status, 0, stderr)
  return stdout.trim().split('\n')
}

test('bash completes commands, options, PIDs of Node.js processes, and files', {
  skip: shellSkip('bash'),
}, async () => {
  assert.deepEqual(completed('async-trace', 'le'), ['leaks'])
  assert.deepEqual(completed('async-trace', 'tree', '--no-'), ['--no-pause', '--no-color'])
  assert.deepEqual(completed('async-trace', 'completion', 'z'), ['zsh'])
  const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)'])
  try {
    await once(child.stdout, 'data')
    assert.ok(completed('async-trace', 'tree', '').includes(String(child.pid)))
  } finally {
    child.kill()
  }
})

test('it names all commands of the help', async () => {
  const { stdout } = await ask(['--help'])
  const commands = new Set([...stdout.matchAll(/^ {2}async-trace ([a-z]+) /gm)].map(([, name]) => name))
  assert.deepEqual(new Set(completed('async-trace', '')), commands)
})

for (const shell of ['zsh', 'fish']) {
  test(`${shell} can read its script`, { skip: shellSkip(shell) }, async () => {
    const { stdout, code } = await ask(['completion', shell])
    assert.equal(code, 0)
    const file = join(output, shell)
    writeFileSync(file, stdout)
    const { status, stderr } = spawnSync(shell, ['-n', file], { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
  })
}
