/**
 * Builds the accelerator (`native/`) for the Node that runs this: `npm run build:native`, or, once the package is built,
 * `node scripts/build-native.mjs` with the Node that it is for.
 *
 * Needs a C++ compiler, make and Python, as node-gyp does. The headers are those beside the executable: distributions and
 * the npm package `node` bring them along. Without, node-gyp downloads them.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { binaryPath } from '../dist/engine/native-addon.js'
import { headersFolder } from './node-headers.mjs'

const native = fileURLToPath(new URL('../native/', import.meta.url))
const binaryFile = join(native, binaryPath)

try {
  build()
  console.log(`Built ${binaryFile} for Node ${process.versions.node}.`)
} catch (error) {
  console.error(`The accelerator was not built for Node ${process.versions.node}: ${error.message}`)
  process.exitCode = 1
}

function build() {
  // A folder of its own: builds for several lines may run at the same time.
  const folder = mkdtempSync(join(tmpdir(), 'async-trace-native-'))
  try {
    for (const file of ['binding.gyp', 'stack-table.cc', 'package.json'])
      copyFileSync(join(native, file), join(folder, file))
    const headers = headersFolder()
    const flags = headers === null ? [] : [`--nodedir=${headers}`]
    const { status, error, stdout, stderr } = spawnSync(process.execPath, [nodeGyp(), 'rebuild', ...flags], {
      cwd: folder,
      encoding: 'utf8',
    })
    if (error !== undefined) throw error
    if (status !== 0) throw new Error(`node-gyp failed.\n${stdout}${stderr}`)
    mkdirSync(dirname(binaryFile), { recursive: true })
    copyFileSync(join(folder, 'build', 'Release', 'stack_table.node'), binaryFile)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The one that comes with npm. */
function nodeGyp() {
  const given = process.env.npm_config_node_gyp
  if (given !== undefined && existsSync(given)) return given
  const { status, stdout } = spawnSync('npm', ['root', '--global'], { encoding: 'utf8' })
  const file = status === 0 ? join(stdout.trim(), 'npm', 'node_modules', 'node-gyp', 'bin', 'node-gyp.js') : ''
  if (!existsSync(file)) throw new Error('node-gyp was not found. Run `npm run build:native`: npm brings it along.')
  return file
}
