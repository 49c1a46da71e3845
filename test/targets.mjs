// Starts the programs of test/targets, and asks them with the built command.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { withoutColumns } from './columns.mjs'
import { casesOf } from './every-case.mjs'

export const folder = fileURLToPath(new URL('./targets/', import.meta.url))
export const command = fileURLToPath(new URL('../dist/cli/async-trace.js', import.meta.url))

/** Node's usual port exists once: unless a test needs that one, the inspector of a program opens on a free port. */
const FREE_PORT = ['--inspect-port=0']

/** A program that has said that it is ready. */
export async function start(file, options = {}) {
  const { flags = [], args = [], env = {}, waitFor = 'ready', cwd = folder, onUsualPort = false } = options
  const child = spawn(process.execPath, [...(onUsualPort ? [] : FREE_PORT), ...flags, file, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const target = { child, pid: child.pid, stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => {
    target.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    target.stderr += text
  })
  if (waitFor !== null) await until(() => target.stdout.includes(waitFor) || child.exitCode !== null)
  return target
}

/** Ends a program that `start` began. */
export async function stop({ child }, signal = 'SIGKILL') {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  await once(child, 'exit')
}

/** Runs `async-trace` to its end. @param options.columns its output is wanted with columns. */
export async function ask(args, { env = {}, cwd = folder, uid, columns = false } = {}) {
  const child = spawn(process.execPath, [command, ...args.map(String)], {
    cwd,
    uid,
    env: { ...process.env, FORCE_COLOR: '', ...env },
  })
  const answer = { stdout: '', stderr: '', code: null }
  child.stdout.setEncoding('utf8').on('data', (text) => {
    answer.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    answer.stderr += text
  })
  const [code, signal] = await once(child, 'close')
  return { ...answer, stdout: columns ? answer.stdout : withoutColumns(answer.stdout), code: code ?? signal }
}

export async function until(isTrue, timeoutMs = 60_000) {
  const endsAt = Date.now() + timeoutMs
  while (!(await isTrue())) {
    if (Date.now() > endsAt) throw new Error(`waited ${timeoutMs} ms for ${isTrue}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Why the memory of a process that this one did not make itself may not be read here; false where it may. */
export function memorySkip() {
  if (process.platform !== 'linux') return 'memory is read on Linux only'
  const scope = '/proc/sys/kernel/yama/ptrace_scope'
  const isRestricted = existsSync(scope) && readFileSync(scope, 'utf8').trim() !== '0'
  return isRestricted && process.getuid() !== 0 && 'this kernel lets only root read the memory (yama.ptrace_scope)'
}

/** The targets that name their tree and need no flags. All are asked in each way by test/harmless/parity.test.mjs, too. */
export const TREES = [
  'batches.mjs',
  'chains.mjs',
  'checkout.mjs',
  'combinators.mjs',
  'common.cjs',
  'deadlock.mjs',
  'events.mjs',
  'hazard.mjs',
  'http-handler.mjs',
  'http-requests.mjs',
  'imports.mjs',
  'mutex.mjs',
  'pipes.mjs',
  'reopened-socket.mjs',
  'shared.mjs',
]

/** Those that are asked over each route. */
export const SOME_TREES = casesOf(TREES, (file) => /^(chains|common|deadlock|http-requests|mutex)\./.test(file))

/** The tree that a target names in its last comment. */
export function expectedTree(file) {
  const comment = readFileSync(`${folder}${file}`, 'utf8').match(/\/\*\n([\s\S]*)\n\*\/\s*$/)
  return comment?.[1]
}

/** A tree without what keeps the process alive. */
export function waitsOf(tree) {
  return tree.replace(/\n\nThe process is kept alive by:[\s\S]*$/, '')
}

/** What differs from run to run, masked. */
export function masked(tree) {
  return (
    withoutColumns(tree)
      .trimEnd()
      // On a busy machine a process may take seconds until its first line.
      .replace(/^Tracing began .*\n+/m, '')
      .replace(/, [^,\n]+ remaining/g, ', N ms remaining')
      .replace(/, for [\d.]+ m?s$/gm, '')
      .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
      .replace(/async-trace-test-\w+/g, 'async-trace-test-…')
      .replace(/child process \d+/g, 'child process PID')
  )
}

export async function isPortFree(port) {
  const server = createServer()
  server.listen(port, '127.0.0.1')
  const isFree = await Promise.race([
    once(server, 'listening').then(() => true),
    once(server, 'error').then(() => false),
  ]).catch(() => false)
  if (isFree) await new Promise((resolve) => server.close(resolve))
  return isFree
}
