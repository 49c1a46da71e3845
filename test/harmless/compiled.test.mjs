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

test('a bundle of webpack', async () => {
  const output = { path: project.folder, filename: 'packed.cjs' }
  const entry = join(project.folder, 'app.mjs')
  const { default: webpack } = await import('webpack')
  const config = { mode: 'production', context: project.folder, target: 'node', entry, output, devtool: 'source-map' }
  const stats = await new Promise((resolve, reject) =>
    webpack(config, (error, found) => (error ? reject(error) : resolve(found))),
  )
  assert.equal(stats.hasErrors(), false, stats.toString())
  const frames = project.frames([join(project.folder, 'packed.cjs')])
  assert.deepEqual(
    frames.map(([, file, line]) => [file, line]),
    APP,
  )
})

test('a bundle of rollup', async () => {
  const { rollup } = await import('rollup')
  const input = join(project.folder, 'app.mjs')
  const entry = join(project.folder, 'node_modules/async-trace/dist/bundled/index.js')
  const resolveId = (id) => (id === 'async-trace' ? entry : null)
  const bundle = await rollup({ input, plugins: [{ name: 'resolve', resolveId }], external: /^node:/ })
  const file = join(project.folder, 'rolled.mjs')
  await bundle.write({ file, format: 'es', sourcemap: true })
  assert.deepEqual(
    project.frames([file]).map(([, where, line]) => [where, line]),
    APP,
  )
})
