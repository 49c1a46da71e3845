// What one line of configuration costs a suite of small tests: the processor time of the runner and all of its processes, and
// the time that passes, with and without, in turns. Other programs on the machine change the processor time less.
// node benchmarks/test-runners.mjs [vitest|jest|node-test|mocha] [files] [rounds] [MiB that each test hashes; 2 take about 5 ms]
// With a package's own tests, for node:test, in its folder: node …/benchmarks/test-runners.mjs --suite test/*.test.js
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const { values, positionals } = parseArgs({ allowPositionals: true, options: { suite: { type: 'boolean' } } })
const ownTests = values.suite === true ? positionals : null
const [runner = 'vitest', files = '50', rounds = '5', work = '0'] = ownTests === null ? positionals : ['node-test', '0']
const PER_FILE = 20
const isJest = runner === 'jest'
const bin = (path) => join(root, 'node_modules', path)

const folder = mkdtempSync(join(tmpdir(), `async-trace-${runner}-`))
// As it is installed: what lies in node_modules, vitest does not compile.
const installed = join(folder, 'node_modules/async-trace')
for (const part of ['dist', 'package.json']) cpSync(join(root, part), join(installed, part), { recursive: true })
symlinkSync(bin('vitest'), join(folder, 'node_modules/vitest'))
writeFileSync(join(folder, 'package.json'), '{}')

const smallTest = (i) => `
test('adds ${i}', () => { compute(); assert.equal(${i} + 1, ${i + 1}) })
test('waits ${i}', async () => { compute(); await null; assert.equal(await twice(${i}), ${2 * i}) })
test('reads ${i}', async () => { compute(); assert.ok((await readFile(FILE, 'utf8')).length > 0) })
test('serves ${i}', async () => {
  compute()
  const server = createServer((request, response) => response.end('${i}'))
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  const answer = await new Promise((done, failed) => {
    get({ port: server.address().port, agent: false }, (response) => {
      let text = ''
      response.on('data', (part) => { text += part }).on('end', () => done(text))
    }).on('error', failed)
  })
  assert.equal(answer, '${i}')
  await new Promise((closed) => server.close(closed))
})
`
const body = `
const FILE = ${JSON.stringify(join(root, 'package.json'))}
const input = Buffer.alloc(2 ** 20)
function compute() { for (let i = 0; i < ${Number(work)}; i++) createHash('sha256').update(input).digest() }
async function twice(n) { for (let i = 0; i < 20; i++) await later(i); return 2 * n }
async function later(i) { await null; return i }
${Array.from({ length: PER_FILE / 4 }, (_, i) => smallTest(i)).join('')}`
const needed = {
  assert: 'node:assert/strict',
  '{ readFile }': 'node:fs/promises',
  '{ createServer, get }': 'node:http',
  '{ createHash }': 'node:crypto',
}
const own = {
  vitest: ['{ test }', 'vitest'],
  'node-test': ['{ test }', 'node:test'],
  mocha: ['{ it as test }', 'mocha'],
}[runner]
const imports = [...Object.entries(needed), ...(own ? [own] : [])]
const head = imports.map(([names, from]) =>
  isJest
    ? `const ${names} = require('${from}')\n`
    : runner === 'mocha' && from === 'mocha'
      ? 'const test = it\n'
      : `import ${names} from '${from}'\n`,
)
const extension = isJest ? 'cjs' : 'mjs'
mkdirSync(join(folder, 'tests'))
for (let i = 0; i < Number(files); i++)
  writeFileSync(join(folder, `tests/small-${i}.test.${extension}`), head.join('') + body)

const config = (setup) =>
  isJest
    ? `module.exports = ${JSON.stringify({ setupFilesAfterEnv: setup, transform: {}, testMatch: ['**/*.test.cjs'] })}`
    : `export default { test: ${JSON.stringify({ setupFiles: setup, include: ['tests/*.test.mjs'], maxWorkers: 1 })} }`
writeFileSync(join(folder, `bare.config.${extension}`), config([]))
writeFileSync(join(folder, `with.config.${extension}`), config([`async-trace/${runner}`]))

function argsOf(name) {
  const isWith = name === 'with'
  if (isJest) return [bin('jest/bin/jest.js'), '--runInBand', `--config=with.config.cjs`.replace('with', name)]
  if (runner === 'vitest') return [bin('vitest/vitest.mjs'), 'run', `--config=${name}.config.mjs`]
  if (runner === 'mocha')
    return [
      bin('mocha/bin/mocha.js'),
      ...(isWith ? ['--require', './node_modules/async-trace/dist/mocha.js'] : []),
      'tests/*.mjs',
    ]
  const entry = join(root, 'dist/cjs/node-test.js')
  return [...(isWith ? ['--require', entry] : []), '--test', '--test-concurrency=1', ...(ownTests ?? ['tests/'])]
}

/** @returns processor seconds of the runner and of what it started, and the seconds that passed. */
function seconds(name) {
  const startedMs = performance.now()
  const { status, stdout, stderr } = spawnSync(
    '/bin/sh',
    ['-c', '"$@"; code=$?; times; exit $code', 'sh', process.execPath, ...argsOf(name)],
    {
      cwd: ownTests === null ? folder : process.cwd(),
      encoding: 'utf8',
      env: { ...process.env, CI: '1' },
    },
  )
  const text = `${stdout}${stderr}`
  // Tests of a package that measure time may fail on a busy machine.
  if (status !== 0 && ownTests === null) throw new Error(text)
  if (ownTests !== null) told.push(...text.split('\n').filter((line) => line.includes('left behind')))
  else if (text.includes('left behind')) throw new Error(`A false alarm:\n${text}`)
  const [user, system] = stdout.trim().split('\n').at(-1).split(' ')
  return { cpu: parsed(user) + parsed(system), wall: (performance.now() - startedMs) / 1000 }
}

function parsed(time) {
  const [, minutes, rest] = /^(\d+)m([\d.]+)s$/.exec(time)
  return Number(minutes) * 60 + Number(rest)
}

/** Of tests of a package. */
const told = []

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]
try {
  for (const name of ['bare', 'with']) seconds(name)
  const pairs = Array.from({ length: Number(rounds) }, () => ({ bare: seconds('bare'), with: seconds('with') }))
  const tests = ownTests === null ? `${Number(files) * PER_FILE} tests in ${files} files` : `${ownTests.length} files`
  console.log(`${runner}, ${tests}, Node ${process.version}, median of ${rounds} pairs:`)
  for (const [kind, label] of [
    ['cpu', 'processor time'],
    ['wall', 'time passed'],
  ]) {
    const of = (name) => median(pairs.map((pair) => pair[name][kind])).toFixed(2)
    const ratio = median(pairs.map((pair) => pair.with[kind] / pair.bare[kind])).toFixed(2)
    console.log(`  ${label} bare ${of('bare')} s, with async-trace ${of('with')} s: × ${ratio}`)
  }
  for (const line of new Set(told)) console.log(line)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
