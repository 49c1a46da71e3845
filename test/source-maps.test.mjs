// Positions are the author's: through tsc, tsx, a bundle, Node's own type stripping and enabled source maps.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const folder = fileURLToPath(new URL('./fixtures/source-maps/', import.meta.url))
const author = join(folder, 'author.ts')
const out = mkdtempSync(join(folder, '.built-'))
after(() => rmSync(out, { recursive: true }))

const expected = [
  ['save', 'author.ts', 11],
  ['again', 'author.ts', 16],
  ['Shop.order', 'author.ts', 22],
  ['<module>', 'author.ts', 26],
  ['Task-1', null, null],
]

function tscBuild(flags, source = author) {
  const tsc = require.resolve('typescript/bin/tsc')
  const options = [
    '--target',
    'es2022',
    '--module',
    'nodenext',
    '--types',
    'node',
    '--skipLibCheck',
    '--rootDir',
    folder,
    '--outDir',
    out,
    ...flags,
  ]
  execFileSync(process.execPath, [tsc, source, ...options], { stdio: 'inherit' })
  return join(out, basename(source).replace('.ts', '.js'))
}

function printed(args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 })
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout)
}

test('tsc with a map file', () => {
  assert.deepEqual(printed([tscBuild(['--sourceMap'])]), expected)
})

test('tsc with an inline map, and with node --enable-source-maps', () => {
  const built = tscBuild(['--inlineSourceMap'])
  assert.deepEqual(printed([built]), expected)
  assert.deepEqual(printed(['--enable-source-maps', built]), expected)
})

test('tsx', () => {
  assert.deepEqual(printed(['--import', 'tsx', author]), expected)
})

test('a bundle on one line', async () => {
  const { buildSync } = await import('esbuild')
  const outfile = join(out, 'bundle.mjs')
  buildSync({
    entryPoints: [author],
    outfile,
    bundle: true,
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: true,
    format: 'esm',
    platform: 'node',
    external: ['async-trace'],
  })
  assert.deepEqual(printed([outfile]), expected)
})

test("Node's own type stripping", { skip: !process.features.typescript && 'this Node has none' }, () => {
  assert.deepEqual(printed([author]), expected)
})

test('a text that vm.Script puts at another place', () => {
  const places = printed([join(folder, 'shifted.mjs')])
  assert.equal(places.length, 4)
  for (const place of places) assert.deepEqual(place, ['author.ts', 5, 68])
})

test('a path that another thread reads: tsx, and a map on disk', () => {
  const poster = join(folder, 'poster.ts')
  const expectedThere = [
    ['Shop.order', 'poster.ts', 26],
    ['<module>', 'poster.ts', 32],
    ['Task-1', null, null],
  ]
  assert.deepEqual(printed(['--import', 'tsx', poster]), expectedThere)
  assert.deepEqual(printed([tscBuild(['--sourceMap'], poster)]), expectedThere)
})
