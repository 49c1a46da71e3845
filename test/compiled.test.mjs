// Lines are the author's in code that is compiled in memory or bundled, or are said to be those of the compiled text.
// More tools: test/harmless/compiled.test.mjs. tsx, tsc and type stripping: test/source-maps.test.mjs.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { after, test } from 'node:test'
import { AUTHOR, Project, TEST } from './compiled.mjs'

const require = createRequire(import.meta.url)
const project = new Project({
  'loader.cjs': `const { registerHooks } = require('node:module')
const { transformSync } = require('esbuild')
const { readFileSync } = require('node:fs')
const { fileURLToPath } = require('node:url')
registerHooks({ load(url, context, next) {
  if (!url.endsWith('author.ts')) return next(url, context)
  const sourcefile = fileURLToPath(url)
  const sourcemap = process.env.MAP === 'none' ? false : 'inline'
  const { code } = transformSync(readFileSync(sourcefile, 'utf8'), { loader: 'ts', sourcemap, sourcefile, format: 'esm' })
  return { format: 'module', source: code, shortCircuit: true }
} })`,
  'vitest.config.mjs': 'export default { test: { globals: true } }',
})
after(() => project.remove())

const bin = (name, file) => join(require.resolve(`${name}/package.json`), '..', file)
const starts = (frames, expected) => assert.deepEqual(frames.slice(0, expected.length), expected)
const COMPILED = AUTHOR.map(([name]) => [name, 'author.ts (compiled)'])
const withoutLines = (frames) => frames.map(([name, file]) => [name, file])

test('ts-node', () => {
  starts(project.frames([bin('ts-node', 'dist/bin-transpile.js'), 'author.ts']), AUTHOR)
})

test('vitest', () => {
  starts(project.frames([bin('vitest', 'vitest.mjs'), 'run', '--pool=forks', 'author.test.ts']), TEST)
})

test('a loader of registerHooks', { skip: module.registerHooks === undefined && 'this Node has none' }, async () => {
  const args = ['--require', './loader.cjs', 'author.ts']
  starts(project.frames(args), AUTHOR)
  // Without a map, the line of the compiled text is not shown as one of the author's.
  const frames = project.frames(args, { MAP: 'none' })
  assert.deepEqual(withoutLines(frames.slice(0, 4)), COMPILED)
  assert.notEqual(frames[0][2], AUTHOR[0][2])
})

test("Node's transformation of types", { skip: !canTransform() && 'this Node has none' }, () => {
  const text = `require('async-trace')
enum Kind { A = 1,
  B }

async function find(): Promise<void> {
  await null
  const { frames } = require('async-trace').collectAsyncTrace()
  console.log('FRAMES ' + JSON.stringify(frames.map(({ name, filename, line }) => [name, filename?.split('/').at(-1), line])))
}
find()
`
  writeFileSync(join(project.folder, 'kind.cts'), text)
  starts(project.frames(['--experimental-transform-types', 'kind.cts']), [
    ['find', 'kind.cts', 7],
    ['<module>', 'kind.cts', 10],
  ])
  // With any --import, Node 24 transforms it twice, and the map is not one of the file: error.stack is wrong there.
  const twice = project.frames(['--experimental-transform-types', '--import', 'async-trace/register', 'kind.cts'])
  for (const [i, line] of [7, 10].entries()) {
    if (twice[i][1] !== 'kind.cts (compiled)') assert.deepEqual(twice[i].slice(1), ['kind.cts', line])
  }
})

function canTransform() {
  return process.allowedNodeEnvironmentFlags.has('--experimental-transform-types')
}

test('a map whose source is not there is not followed', async () => {
  const { buildSync } = await import('esbuild')
  const folder = join(project.folder, 'node_modules/published/dist')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, '../package.json'), '{"name": "published", "type": "module"}')
  const source = readAuthor()
  for (const [name, sourcefile] of [
    ['outside.js', '../../../gone/author.ts'],
    ['within.js', '../src/author.ts'],
  ]) {
    const outfile = join(folder, name)
    buildSync({
      stdin: { contents: source, loader: 'ts', resolveDir: folder, sourcefile },
      outfile,
      sourcemap: true,
      format: 'esm',
    })
  }
  assert.equal(project.frames([join(folder, 'outside.js')])[0][1], 'outside.js')
  // Not deployed, but its text is in the map and its place in the package.
  starts(project.frames([join(folder, 'within.js')]), AUTHOR)
})

const bundleOf = (name, format) => join(project.folder, `${name}.${format === 'esm' ? 'mjs' : 'cjs'}`)

for (const format of ['esm', 'cjs']) {
  test(`a bundle of esbuild: ${format}`, async () => {
    const { buildSync } = await import('esbuild')
    for (const [minify, sourcemap] of [
      [true, true],
      [false, false],
    ]) {
      const outfile = bundleOf('esbuilt', format)
      const entryPoints = [join(project.folder, 'author.ts')]
      buildSync({ entryPoints, outfile, bundle: true, platform: 'node', format, minify, sourcemap, keepNames: minify })
      const frames = project.frames([outfile])
      if (sourcemap) starts(frames, AUTHOR)
      else assert.deepEqual(namesAndFile(frames), bundled(outfile))
    }
  })
}

test('in a bundle, a worker runs untraced, and that is said once', async () => {
  const { buildSync } = await import('esbuild')
  const source = `import 'async-trace'
import { Worker } from 'node:worker_threads'
for (let i = 0; i < 2; i++) new Worker('console.log("runs")', { eval: true })`
  const outfile = bundleOf('workers', 'cjs')
  const stdin = { contents: source, resolveDir: project.folder }
  buildSync({ stdin, outfile, bundle: true, platform: 'node', format: 'cjs' })
  const { stdout, stderr } = project.run([outfile])
  assert.equal(stdout, 'runs\nruns\n')
  assert.match(stderr, /^async-trace: it is part of a bundle, .* are not traced\.\n$/)
})

test('a bundler that mixes its files with others: tracing stays off, which is said once', async () => {
  const { buildSync } = await import('esbuild')
  const source = `import { instance } from 'async-trace'
instance.switchOn({ isAmidst: true })
console.log('runs', instance.isOn())`
  const outfile = bundleOf('mixed', 'cjs')
  // Not an entry: those are one text, which stays in one piece.
  const alias = { 'async-trace': join(project.folder, 'node_modules/async-trace/dist/instance.js') }
  const stdin = { contents: source, resolveDir: project.folder }
  buildSync({ stdin, outfile, bundle: true, platform: 'node', format: 'cjs', alias, logLevel: 'error' })
  const { stdout, stderr } = project.run([outfile])
  assert.equal(stdout, 'runs false\n')
  assert.match(stderr, /^async-trace: a bundler has mixed .*\n$/)
})

function readAuthor() {
  return readFileSync(join(project.folder, 'author.ts'), 'utf8')
}

function namesAndFile(frames) {
  return frames.slice(0, 4).map(([name, file]) => [name, file])
}

function bundled(outfile) {
  return AUTHOR.map(([name]) => [name, basename(outfile)])
}
