// Start-up snapshots and single executables: --import is not run in them, so the program loads the tracer itself; it
// prints the same with and without, and a path.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { buildExecutable } from './single-executable.mjs'

const entry = fileURLToPath(new URL('../dist/index.js', import.meta.url))
const PROGRAM = `
  function main() {
    const log = []
    async function work(n) {
      await null
      log.push(n)
      await new Promise((resolve) => setTimeout(resolve, 1))
      return n
    }
    const tracer = process.env.LOAD && require('node:module').createRequire(process.env.LOAD)(process.env.LOAD)
    Promise.all([work(1), work(2)]).then(function both(values) {
      log.push(values.join())
      setImmediate(function shown() {
        console.log(log.join(' '), setTimeout.name)
        if (tracer) console.log(tracer.formatAsyncTrace(tracer.collectAsyncTrace(), { paths: 'basename' }))
      })
    })
  }
`

function inFolder(run) {
  const folder = mkdtempSync(join(tmpdir(), 'async-trace-snapshot-'))
  try {
    run(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function runIn(cwd, command, args, load = '') {
  const env = { ...process.env, LOAD: load, NODE_OPTIONS: '' }
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', env, timeout: 120_000 })
  assert.equal(status, 0, `${stdout}\n${stderr}`)
  return stdout
}

function check(bare, traced) {
  assert.equal(bare, '1 2 1,2 setTimeout\n')
  const [first, ...path] = traced.split('\n')
  assert.equal(`${first}\n`, bare)
  assert.match(path.join('\n'), /^↑ shown\(\) at line \d+ .*\n {2}↑ both\(\) at line \d+ .* \[IMMEDIATE\]\n/)
}

test('a program in a start-up snapshot', () => {
  inFolder((folder) => {
    writeFileSync(
      join(folder, 'app.cjs'),
      `${PROGRAM}; require('node:v8').startupSnapshot.setDeserializeMainFunction(main)`,
    )
    runIn(folder, process.execPath, ['--snapshot-blob', 'app.blob', '--build-snapshot', 'app.cjs'])
    const run = (load) => runIn(folder, process.execPath, ['--snapshot-blob', 'app.blob'], load)
    check(run(''), run(entry))
  })
})

test('a single executable', () => {
  inFolder((folder) => {
    writeFileSync(join(folder, 'app.cjs'), `${PROGRAM}; main()`)
    const app = buildExecutable(folder, 'app.cjs')
    const run = (load) => runIn(folder, app, [], load)
    check(run(''), run(entry))
  })
})
