// What one line of configuration costs a suite of 1,000 small tests: the time of the runner, with and without, in turns.
// node benchmarks/test-runners.mjs [vitest|jest] [files]
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const runner = process.argv[2] ?? 'vitest'
const files = Number(process.argv[3] ?? 50)
const PER_FILE = 20
const ROUNDS = 3

const folder = join(root, 'node_modules/.cache/async-trace-runners', runner)
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
// As it is installed: what lies in node_modules, vitest does not compile.
const installed = join(folder, 'node_modules/async-trace')
for (const part of ['dist', 'package.json']) cpSync(join(root, part), join(installed, part), { recursive: true })

const smallTest = (i) => `
test('adds ${i}', () => { expect(${i} + 1).toBe(${i + 1}) })
test('waits ${i}', async () => { await null; expect(await twice(${i})).toBe(${2 * i}) })
test('reads ${i}', async () => { expect((await readFile(FILE, 'utf8')).length).toBeGreaterThan(0) })
test('serves ${i}', async () => {
  const server = createServer((request, response) => response.end('${i}'))
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  const answer = await new Promise((done, failed) => {
    get({ port: server.address().port, agent: false }, (response) => {
      let text = ''
      response.on('data', (part) => { text += part }).on('end', () => done(text))
    }).on('error', failed)
  })
  expect(answer).toBe('${i}')
  await new Promise((closed) => server.close(closed))
})
`
const body = `
const FILE = ${JSON.stringify(join(root, 'package.json'))}
async function twice(n) { for (let i = 0; i < 20; i++) await later(i); return 2 * n }
async function later(i) { await null; return i }
${Array.from({ length: PER_FILE / 4 }, (_, i) => smallTest(i)).join('')}`
const isJest = runner === 'jest'
const head = isJest
  ? "const { readFile } = require('node:fs/promises')\nconst { createServer, get } = require('node:http')\n"
  : "import { readFile } from 'node:fs/promises'\nimport { createServer, get } from 'node:http'\nimport { expect, test } from 'vitest'\n"
for (let i = 0; i < files; i++) writeFileSync(join(folder, `small-${i}.test.${isJest ? 'cjs' : 'mjs'}`), head + body)

const config = (setup) =>
  isJest
    ? `module.exports = ${JSON.stringify({ setupFilesAfterEnv: setup, transform: {}, testMatch: ['**/*.test.cjs'] })}`
    : `export default { test: ${JSON.stringify({ setupFiles: setup, include: ['*.test.mjs'], maxWorkers: 1 })} }`
const extension = isJest ? 'cjs' : 'mjs'
writeFileSync(join(folder, `bare.config.${extension}`), config([]))
writeFileSync(join(folder, `with.config.${extension}`), config([`async-trace/${runner}`]))

function seconds(name, env = {}) {
  const args = isJest
    ? [join(root, 'node_modules/jest/bin/jest.js'), '--runInBand', `--config=${name}.config.cjs`]
    : [join(root, 'node_modules/vitest/vitest.mjs'), 'run', `--config=${name}.config.mjs`]
  const startedMs = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, CI: '1', ...env },
  })
  if (status !== 0) throw new Error(`${stdout}${stderr}`)
  return { wall: (performance.now() - startedMs) / 1000, text: `${stdout}${stderr}` }
}

seconds('bare')
const times = { bare: [], with: [] }
for (let round = 0; round < ROUNDS; round++) {
  for (const name of ['bare', 'with']) {
    const { wall, text } = seconds(name)
    times[name].push(wall)
    if (text.includes('left behind')) throw new Error(`A false alarm:\n${text}`)
  }
}
const best = (name) => Math.min(...times[name])
console.log(`${runner}, ${files * PER_FILE} tests in ${files} files, best of ${ROUNDS}, wall time:`)
console.log(
  `  bare ${best('bare').toFixed(2)} s, with async-trace ${best('with').toFixed(2)} s: × ${(best('with') / best('bare')).toFixed(2)}`,
)
