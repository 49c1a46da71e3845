// Runs a project of test/runners with and without this package, and gives what is printed only with it.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { withoutColumns } from './columns.mjs'

export const projects = fileURLToPath(new URL('runners/', import.meta.url))
export const built = fileURLToPath(new URL('../dist/', import.meta.url))

/** @param endAt the process is ended when this has been printed: it does not end by itself. */
export function run(args, { cwd, env = {}, endAt = null }) {
  const inherited = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', ...env }
  // Of the test that runs this.
  delete inherited.NODE_TEST_CONTEXT
  const child = spawn(process.execPath, args, {
    cwd,
    env: inherited,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  const end = () => {
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
      if (endAt?.test(output)) end()
    })
  }
  const deadline = setTimeout(end, 60_000)
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(deadline)
      resolve({ code, lines: masked(output) })
    })
  })
}

function masked(output) {
  const lines = withoutColumns(output)
    .replaceAll(projects, '')
    .replace(/(?<=, )[^,\n]+(?= remaining)/g, '…')
    // Runners leave out the time of what was quick.
    .replace(/ \(\d+(?:\.\d+)?m?s\)/g, '')
    .replace(/\d+(?:\.\d+)? ?ms\b/g, '… ms')
    .replace(/duration_ms:? [\d.]+/g, 'duration_ms …')
    .replace(/(?<=127\.0\.0\.1:|\[::\]:)\d+/g, '…')
    .replace(/(?<=child process )\d+ .*(?= \()/g, '… node')
    .replace(/(?<=worker )\d+/g, '…')
    .split('\n')
  // The runner's own frames below a test's: hooks and the depth of the stack vary with what is traced.
  return lines.filter((line) => line.trim() !== '' && !/^\W*(?:at )?.*node:internal|async_hooks:\d/.test(line))
}

/** The lines of `added` that are not in `bare`; fails if a line of `bare` is missing. */
export function addedLines(bare, added) {
  let at = 0
  const found = added.filter((line) => {
    if (line !== bare[at]) return true
    at++
    return false
  })
  assert.equal(at, bare.length, `missing: ${bare[at]}\n\nin:\n${added.join('\n')}\n\nwithout:\n${bare.join('\n')}`)
  return found
}
