// Start-up snapshots and single executables: --import is not run in them, so the program loads the tracer itself; it
// prints the same with and without, and a path.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const postject = fileURLToPath(import.meta.resolve('postject/dist/cli.js'))
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
    const app = buildExecutable(folder)
    const run = (load) => runIn(folder, app, [], load)
    check(run(''), run(entry))
  })
})

/** Node builds one by itself from 25.5 on; before, what it has prepared is put into a copy of it by postject. */
function buildExecutable(folder) {
  const app = join(folder, 'app')
  const settings = { main: 'app.cjs', disableExperimentalSEAWarning: true }
  const write = (output) => writeFileSync(join(folder, 'sea.json'), JSON.stringify({ ...settings, output }))
  if (Number(process.versions.node.split('.')[0]) > 25) {
    write('app')
    runIn(folder, process.execPath, ['--build-sea', 'sea.json'])
    return app
  }
  write('app.blob')
  runIn(folder, process.execPath, ['--experimental-sea-config', 'sea.json'])
  copyFileSync(process.execPath, app)
  chmodSync(app, 0o755)
  const fuse = ['--sentinel-fuse', 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2']
  runIn(folder, process.execPath, [postject, app, 'NODE_SEA_BLOB', 'app.blob', ...fuse])
  return app
}
