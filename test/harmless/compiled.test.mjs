// The slower ways to compile in memory: see test/compiled.test.mjs.

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
  'jest.config.cjs': `module.exports = { transform: { '\\\\.ts$': ['ts-jest', ${JSON.stringify(tsJest)}] } }`,
})
after(() => project.remove())

for (const pool of ['threads', 'vmThreads']) {
  test(`vitest --pool=${pool}`, () => {
    const frames = project.frames([bin('vitest', 'vitest.mjs'), 'run', `--pool=${pool}`, 'author.test.ts'])
    assert.deepEqual(frames.slice(0, TEST.length), TEST)
  })
}

test('jest with ts-jest', () => {
  const frames = project.frames([bin('jest', 'bin/jest.js'), '--no-cache', 'author.test.ts'])
  assert.deepEqual(frames.slice(0, TEST.length), TEST)
})

test('ts-node with type checks', () => {
  const frames = project.frames([bin('ts-node', 'dist/bin.js'), 'author.ts'])
  assert.deepEqual(frames.slice(0, AUTHOR.length), AUTHOR)
})
