// Programs that hang in the shape of public bug reports, with packages that are too many for the development dependencies: npm
// gets them into a temporary folder, or into the one that PACKAGES_OF_HANGS names and that is kept. The others are in test/hangs.
//   node test/harmless/hangs.test.mjs --write    writes what they print; to be read before it is committed
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { startPostgres, startRedis } from '../clients/servers.mjs'
import { hangsOf } from '../hang-cases.mjs'

const { PACKAGES_OF_HANGS: kept } = process.env
const folder = new URL('projects/hangs/', import.meta.url)
const packages = kept ?? mkdtempSync(join(tmpdir(), 'async-trace-hangs-'))
const NO_PROGRAMS = ['closed-port.mjs', 'hangs.mjs']

before(() => {
  cpSync(folder, packages, { recursive: true })
  cpSync(new URL('../hangs/hangs.mjs', import.meta.url), join(packages, 'hangs.mjs'))
  const modules = join(packages, 'node_modules')
  if (!existsSync(join(modules, 'knex'))) {
    mkdirSync(modules, { recursive: true })
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error']
    const { status, stderr } = spawnSync('npm', ['install', ...flags], { cwd: packages, encoding: 'utf8' })
    assert.equal(status, 0, stderr)
  }
  const own = join(modules, 'async-trace')
  rmSync(own, { recursive: true, force: true })
  symlinkSync(fileURLToPath(new URL('../..', import.meta.url)), own, 'junction')
})
after(() => {
  if (kept === undefined) rmSync(packages, { recursive: true })
})

const runIn = pathToFileURL(`${packages}/`)
const programsIn = (name) =>
  readdirSync(new URL(name, folder))
    .filter((file) => file.endsWith('.mjs') && !NO_PROGRAMS.includes(file))
    .map((file) => `${name}${file}`)

hangsOf('with packages', programsIn(''), { folder, runIn })
hangsOf('with packages, on PostgreSQL', programsIn('postgres/'), {
  folder,
  runIn,
  server: { start: startPostgres, programs: ['initdb', 'postgres'] },
})
hangsOf('with packages, on Redis', programsIn('redis/'), {
  folder,
  runIn,
  server: { start: startRedis, programs: ['redis-server'] },
})
