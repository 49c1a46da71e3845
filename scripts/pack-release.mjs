/**
 * Packs what is published: `npm run pack:release -- FOLDER`, or, once the package is built, `node scripts/pack-release.mjs
 * FOLDER`. FOLDER then has `async-trace-VERSION.tgz` and `async-trace-native-VERSION.tgz`, with the binaries that lie in
 * `native/prebuilds/`.
 *
 * The accelerator is an optional dependency of the published package only. In package.json of the repository, `npm ci`
 * would look for a version that is not published yet, and fail.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const NEEDED = 'npm publishes with provenance only if `repository` names the repository that builds the package.'

const root = fileURLToPath(new URL('../', import.meta.url))
const native = join(root, 'native')

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('Name the folder for the packages: npm run pack:release -- FOLDER')
const destination = resolve(folder)
mkdirSync(destination, { recursive: true })
const work = mkdtempSync(join(tmpdir(), 'async-trace-pack-'))
try {
  console.log(packNative())
  console.log(packMain())
} finally {
  rmSync(work, { recursive: true, force: true })
}

/** @returns the file, as for the other one. */
function packNative() {
  const { version } = packageOf(native)
  if (version !== packageOf(root).version)
    throw new Error(`native/package.json has version ${version}: set it to that of package.json.`)
  if (binaries().length === 0) throw new Error('native/prebuilds has no binary: npm run build:native')
  return pack(native, destination)
}

function packMain() {
  execFileSync('tar', ['-xzf', pack(root, work), '-C', work])
  const unpacked = join(work, 'package')
  const { version } = packageOf(native)
  // What only a clone needs is left out.
  const { scripts, devDependencies, overrides, ...kept } = packageOf(unpacked)
  const missing = ['repository', 'homepage', 'bugs', 'author'].filter((name) => kept[name] === undefined)
  if (missing.length > 0) console.error(`note: package.json has no ${missing.join(', ')}. ${NEEDED}`)
  const published = { ...kept, optionalDependencies: { 'async-trace-native': version } }
  writeFileSync(join(unpacked, 'package.json'), `${JSON.stringify(published, null, 2)}\n`)
  return pack(unpacked, destination)
}

function packageOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

function binaries() {
  try {
    return readdirSync(join(native, 'prebuilds'), { recursive: true }).filter((file) => file.endsWith('.node'))
  } catch {
    return []
  }
}

function pack(folder, into) {
  const args = ['pack', folder, '--json', '--ignore-scripts', '--pack-destination', into]
  const answer = JSON.parse(execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }))
  const [{ filename }] = Array.isArray(answer) ? answer : Object.values(answer)
  return join(into, filename)
}
