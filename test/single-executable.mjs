/** Makes single executable applications. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const postject = fileURLToPath(import.meta.resolve('postject/dist/cli.js'))

/**
 * Node builds one by itself from 25.5 on; before, what it has prepared is put into a copy of it by postject.
 *
 * @param main a CommonJS file of the folder.
 * @returns the path of the executable.
 */
export function buildExecutable(folder, main) {
  const app = join(folder, 'app')
  const settings = { main, disableExperimentalSEAWarning: true }
  const write = (output) => writeFileSync(join(folder, 'sea.json'), JSON.stringify({ ...settings, output }))
  if (Number(process.versions.node.split('.')[0]) > 25) {
    write('app')
    runNode(folder, ['--build-sea', 'sea.json'])
    return app
  }
  write('app.blob')
  runNode(folder, ['--experimental-sea-config', 'sea.json'])
  copyFileSync(process.execPath, app)
  chmodSync(app, 0o755)
  const fuse = ['--sentinel-fuse', 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2']
  runNode(folder, [postject, app, 'NODE_SEA_BLOB', 'app.blob', ...fuse])
  return app
}

function runNode(cwd, args) {
  const env = { ...process.env, NODE_OPTIONS: '' }
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8', env, timeout: 120_000 })
  assert.equal(status, 0, `${stdout}\n${stderr}`)
}
