// The command on heap snapshot files: the tree of the living process without what a snapshot does not have.
import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ask, folder, start, stop, until } from './targets.mjs'

const output = mkdtempSync(join(tmpdir(), 'async-trace-test-'))
after(() => rmSync(output, { recursive: true, force: true }))
const skip = process.platform === 'win32' ? 'the signal for a snapshot does not exist on Windows' : false
const NOTE = 'note: a heap snapshot has no lines of awaits, ages, addresses, PIDs or remaining times\n'

/** Has a program write its snapshot by Node's own signal. */
async function withSnapshot(file, run, flags = []) {
  const into = mkdtempSync(join(output, 'heap-'))
  const target = await start(file, {
    flags: ['--heapsnapshot-signal=SIGUSR2', `--diagnostic-dir=${into}`, ...flags],
  })
  try {
    process.kill(target.pid, 'SIGUSR2')
    const written = () => readdirSync(into).map((name) => join(into, name))
    await until(() => written().some((name) => readFileSync(name, 'latin1').trimEnd().endsWith(']}')))
    await run(written()[0], target)
  } finally {
    await stop(target)
    const made = /ready (\/\S+)/.exec(target.stdout)?.[1]
    if (made !== undefined) rmSync(made, { recursive: true, force: true })
  }
}

/** Of a living process's tree: what a snapshot has of it too, whatever the order of the trees. */
function withoutLife(tree) {
  return tree
    .replace(/(\.[mc]js):\d+/g, '$1')
    .replace(/, \d+ ms remaining/g, '')
    .replace(/ \(index \d+\)/g, '')
    .replace(/child process \d+/g, 'child process')
    .replace(/socket 127\.0\.0\.1:\d+/g, 'socket')
    .replace(/\b[A-Z]\w*\.(\w+\(\))/g, '$1')
}

function treesOf(text) {
  return text.trimEnd().split('\n\n').sort()
}

const livingSkip = skip || (process.platform !== 'linux' ? 'attaching works on Linux only' : false)

for (const file of ['chains.mjs', 'checkout.mjs', 'common.cjs', 'deadlock.mjs', 'mutex.mjs']) {
  test(`the snapshot of ${file} tells what the living process does`, { skip: livingSkip }, async () => {
    await withSnapshot(
      file,
      async (snapshot, { pid }) => {
        const living = await ask(['tree', pid])
        const { stdout, stderr, code } = await ask(['tree', snapshot])
        assert.equal(code, 0, stderr)
        assert.equal(stderr, NOTE)
        assert.doesNotMatch(stdout, /\.[mc]js:\d|remaining|node:|--import/)
        assert.match(living.stdout, /\.[mc]js:\d/)
        assert.deepEqual(treesOf(stdout.replaceAll(folder, '')), treesOf(withoutLife(living.stdout)))
      },
      ['--inspect=0'],
    )
  })
}

test('a snapshot of a process that records shows none of the tracer', { skip }, async () => {
  const register = new URL('../dist/register.js', import.meta.url).href
  await withSnapshot(
    'mutex.mjs',
    async (snapshot) => {
      const { stdout } = await ask(['tree', snapshot])
      const functions = [...stdout.matchAll(/^[│ ]+(\w+)\(\) (\S+)$/gm)].map(([, name]) => name)
      assert.deepEqual(functions.sort(), ['consumer', 'lock', 'lock', 'producer', 'report', 'transfer'])
      assert.doesNotMatch(stdout, /dist/)
      assert.match(stdout, /resolver in Mutex\.queue/)
    },
    ['--import', register],
  )
})

const SHARED_SCOPE = `// ${'-'.repeat(1_200)}
class Shop {}
globalThis.shop = new Shop()
let turns = 0

async function forShop() {
  await new Promise((resolve) => {
    setTimeout(() => turns++, 800_000)
    globalThis.shop.onOpen = () => resolve()
  })
}

async function forTimer() {
  await new Promise((resolve) => {
    setTimeout(() => resolve(), 900_000)
  })
}

async function direct() {
  await new Promise((resolve) => setTimeout(resolve, 700_000))
}

async function answered() {
  await direct().then(function parse(text) { return text })
}

globalThis.all = [forShop(), forTimer(), answered()]
setTimeout(() => console.log('ready'), 20)
`

test('what takes the text of a function is told only where that is the text that ran', { skip }, async () => {
  const file = join(output, 'shop.cjs')
  writeFileSync(file, SHARED_SCOPE)
  await withSnapshot(file, async (snapshot) => {
    const known = await ask(['tree', snapshot])
    assert.equal(known.stderr, NOTE)
    assert.match(known.stdout, /forShop\(\) \S+shop\.cjs\n└─ resolver in Shop\.onOpen\n/)
    assert.match(known.stdout, /forTimer\(\) \S+shop\.cjs\n└─ setTimeout 900000 ms\n/)
    assert.match(known.stdout, /then \(parse\): direct\(\)\n.*\n.*└─ setTimeout 700000 ms/)
    assert.doesNotMatch(known.stdout, /800000/)
    // As long as before, and another text.
    for (const change of [
      () => writeFileSync(file, SHARED_SCOPE.replace('// -', '// +')),
      () => appendFileSync(file, ' '),
      () => rmSync(file),
    ]) {
      change()
      const { stdout, stderr } = await ask(['tree', snapshot])
      assert.match(stderr, /note: \S+shop\.cjs cannot be read, or changed since/)
      assert.match(stdout, /forShop\(\) \S+shop\.cjs\n└─ promise whose resolver was not found\n/)
      assert.match(stdout, /forTimer\(\) \S+shop\.cjs\n└─ promise whose resolver was not found\n/)
      // No function stands between.
      assert.match(stdout, /└─ setTimeout 700000 ms/)
      assert.doesNotMatch(stdout, /800000/)
    }
  })
})

test('ps, graph and JSON of a snapshot; what needs a process is refused', { skip }, async () => {
  await withSnapshot('common.cjs', async (snapshot) => {
    const table = await ask(['ps', snapshot])
    assert.match(table.stdout, /^0 +\d+ +PENDING +\? +everySecond +\S+common\.cjs +setInterval 1000 ms$/m)
    const dump = JSON.parse((await ask(['ps', '--json', snapshot])).stdout)
    assert.equal(dump.pid, null)
    assert.equal(dump.tasks.length, 5)
    assert.ok(dump.tasks.every(({ ageMs, currentFrame }) => ageMs === null && currentFrame.line === null))
    const dot = await ask(['graph', snapshot])
    assert.match(dot.stdout, /^digraph/)
    const filtered = await ask(['tree', snapshot, '--filter', 'onJob'])
    assert.match(filtered.stdout, /^onJob\(\)\n.*\n└─ event 'job' of Jobs\n$/)
    for (const args of [
      ['watch', snapshot],
      ['tree', snapshot, '--threads'],
      ['tree', snapshot, '--inject'],
    ]) {
      const { code, stderr } = await ask(args)
      assert.equal(code, 2)
      assert.match(stderr, /needs a running process: \S+ is a file/)
    }
    const whole = readFileSync(snapshot, 'latin1')
    const cut = join(output, 'cut.heapsnapshot')
    for (const length of [10, 1_000, Math.round(whole.length / 2), whole.trimEnd().length - 2]) {
      writeFileSync(cut, whole.slice(0, length))
      await isRefused(cut, /ends in the middle of the snapshot/)
    }
    writeFileSync(cut, whole.replace(/"node_count":\d+/, '"node_count":5'))
    await isRefused(cut, /is a damaged heap snapshot/)
  })
})

async function isRefused(file, message) {
  const { code, stdout, stderr } = await ask(['tree', file])
  assert.equal(code, 3, stderr)
  assert.equal(stdout, '')
  assert.match(stderr, message)
  assert.equal(stderr.trimEnd().split('\n').length, 1)
}

test('what is no snapshot is refused, with what is wrong', async () => {
  const made = (name, text) => {
    writeFileSync(join(output, name), text)
    return join(output, name)
  }
  mkdirSync(join(output, 'folder'))
  await isRefused(join(output, 'folder'), /is a directory/)
  await isRefused(join(output, 'missing.heapsnapshot'), /there is no file/)
  await isRefused(made('empty.heapsnapshot', ''), /is empty/)
  await isRefused(made('other.json', '{"snapshots":[]}'), /is not a heap snapshot/)
  await isRefused(made('packed.gz', Buffer.from([0x1f, 0x8b, 8, 0])), /is compressed.*gunzip/)
})
