// Runs code or a file in a process of its own, with the built package to import.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** @returns what an ES module with this source prints; fails where it does not end with exit code 0. */
export function runSource(source, { flags = [], env = {}, type = 'module' } = {}) {
  return run([...flags, `--input-type=${type}`, '--eval', source], env)
}

/** The same for a file, named from the folder of the tests. */
export function runFile(file, { flags = [], env = {}, args = [] } = {}) {
  return run([...flags, fileURLToPath(new URL(file, import.meta.url)), ...args], env)
}

/** The command of a run of Node.js that may take so much processor time: that a machine is busy is no failure. */
export function withCpuLimit(seconds, args) {
  return ['sh', ['-c', `ulimit -t ${seconds}; exec "$0" "$@"`, process.execPath, ...args]]
}

function run(args, env) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 120_000,
    maxBuffer: 64 * 1024 * 1024,
  })
  assert.equal(status, 0, `${stdout}\n${stderr}`)
  return stdout
}
