// Compilers, test runners and bundlers that take long to start: see test/compiled.test.mjs.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { AUTHOR, Project, TEST } from '../compiled.mjs'

const require = createRequire(import.meta.url)
const bin = (name, file) => join(require.resolve(`${name}/package.json`), '..', file)
const tsJest = { diagnostics: false, tsconfig: { target: 'es2022', module: 'commonjs', types: ['node'] } }
const project = new Project({
  'vitest.config.mjs': 'export default { test: { globals: true } }',
  'jest.config.cjs': "module.exports = { testEnvironment: 'node' }",
  'ts-jest.config.cjs': `module.exports = { transform: { '\\\\.ts$': ['ts-jest', ${JSON.stringify(tsJest)}] } }`,
  'plain-jest.config.cjs': 'module.exports = { transform: {} }',
  'plain.test.js': `const { collectAsyncTrace } = require('async-trace')
const save = async () => {
  await null
  const { frames } = collectAsyncTrace()
  console.log('FRAMES ' + JSON.stringify(frames.map(({ name, filename, line }) => [name, filename?.split('/').at(-1), line])))
}
test('saves', async () => {
  await save()
})`,
  'without-maps.json': '{ "compilerOptions": { "target": "es2022", "module": "commonjs" } }',
  'babel.config.cjs':
    "module.exports = { presets: [['@babel/preset-env', { targets: { node: 'current' } }], '@babel/preset-typescript'] }",
})
after(() => project.remove())

const starts = (frames, expected) => assert.deepEqual(frames.slice(0, expected.length), expected)
const APP = [6, 11, 15].map((line) => ['app.mjs', line])

for (const pool of ['threads', 'vmThreads']) {
  test(`vitest --pool=${pool}`, () => {
    const frames = project.frames([bin('vitest', 'vitest.mjs'), 'run', `--pool=${pool}`, 'author.test.ts'])
    starts(frames, TEST)
  })
}

test('jest with ts-jest', () => {
  const frames = project.frames([
    bin('jest', 'bin/jest.js'),
    '--config=ts-jest.config.cjs',
    '--no-cache',
    'author.test.ts',
  ])
  starts(frames, TEST)
})

test('ts-node with type checks', () => {
  const frames = project.frames([bin('ts-node', 'dist/bin.js'), 'author.ts'])
  starts(frames, AUTHOR)
})

test('swc-node', () => {
  starts(project.frames(['-r', '@swc-node/register', 'author.ts']), AUTHOR)
})

test('swc-node without source maps: the lines are said to be those of the compiled text', () => {
  const frames = project.frames(['-r', '@swc-node/register', 'author.ts'], { TS_NODE_PROJECT: 'without-maps.json' })
  starts(
    frames.map(([name, file]) => [name, file]),
    AUTHOR.map(([name]) => [name, 'author.ts (compiled)']),
  )
  assert.notEqual(frames[0][2], AUTHOR[0][2])
})

const noLoader = !process.version.startsWith('v20.') && 'tried on Node 20 alone'

test('ts-node as a loader of ES modules', { skip: noLoader }, () => {
  const compilerOptions = { target: 'es2022', module: 'esnext', moduleResolution: 'node10', types: ['node'] }
  const modules = new Project({
    'package.json': '{ "private": true, "type": "module" }',
    'tsconfig.json': JSON.stringify({ compilerOptions, 'ts-node': { transpileOnly: true } }),
  })
  try {
    starts(modules.frames(['--loader', 'ts-node/esm', 'author.ts']), AUTHOR)
  } finally {
    modules.remove()
  }
})

test('vite-node, from inside and from outside', async () => {
  const args = [bin('vite-node', 'dist/cli.mjs'), 'author.ts']
  starts(project.frames(args), AUTHOR.slice(0, 3))
  assert.match(await project.tree(args), /^│ {2}wait\(\) .*author\.ts:31$/m)
})

test('jest with babel-jest: `require` of the package, and one instance in all contexts', () => {
  const { stdout, stderr } = project.run([
    bin('jest', 'bin/jest.js'),
    '--config=jest.config.cjs',
    '--no-cache',
    'author.test.ts',
  ])
  starts(JSON.parse(/FRAMES (.*)/.exec(stdout)?.[1] ?? 'null'), TEST)
  assert.doesNotMatch(stderr, /Warning/)
})

test('jest without a transform', () => {
  const { stdout, stderr } = project.run([
    bin('jest', 'bin/jest.js'),
    '--config=plain-jest.config.cjs',
    '--no-cache',
    'plain.test.js',
  ])
  // In jest, `process` is a copy: to keep Node quiet about `process.binding` takes the original.
  assert.doesNotMatch(stderr, /Warning/)
  starts(JSON.parse(/FRAMES (.*)/.exec(stdout)?.[1] ?? 'null'), [
    ['save', 'plain.test.js', 4],
    ['<anonymous>', 'plain.test.js', 8],
  ])
})

async function packed(filename, options) {
  const { default: webpack } = await import('webpack')
  const output = { path: project.folder, filename }
  const entry = join(project.folder, 'app.mjs')
  const config = { context: project.folder, target: 'node', entry, output, ...options }
  const stats = await new Promise((resolve, reject) =>
    webpack(config, (error, found) => (error ? reject(error) : resolve(found))),
  )
  assert.equal(stats.hasErrors(), false, stats.toString())
  return project.frames([join(project.folder, filename)])
}

test('a bundle of webpack', async () => {
  const frames = await packed('packed.cjs', { mode: 'production', devtool: 'source-map' })
  assert.deepEqual(
    frames.map(([, file, line]) => [file, line]),
    APP,
  )
})

test('a bundle of webpack for development: its modules have no maps, and are said to be compiled', async () => {
  const frames = await packed('developed.cjs', { mode: 'development', devtool: 'eval' })
  assert.equal(frames.length, APP.length)
  for (const [, file] of frames) assert.equal(file, 'app.mjs (compiled)')
})

test('a bundle of webpack for development with maps: the files of the modules are found', async () => {
  const frames = await packed('mapped.cjs', { mode: 'development', devtool: 'eval-source-map' })
  assert.deepEqual(
    frames.map(([, file, line]) => [file, line]),
    APP,
  )
})

test('a bundle of rollup', async () => {
  const { rollup } = await import('rollup')
  const input = join(project.folder, 'app.mjs')
  const entry = join(project.folder, 'node_modules/async-trace/dist/index.js')
  const resolveId = (id) => (id === 'async-trace' ? entry : null)
  const bundle = await rollup({ input, plugins: [{ name: 'resolve', resolveId }], external: /^node:/ })
  const file = join(project.folder, 'rolled.mjs')
  await bundle.write({ file, format: 'es', sourcemap: true })
  assert.deepEqual(
    project.frames([file]).map(([, where, line]) => [where, line]),
    APP,
  )
})
