// The command on heap snapshot files: the tree of the living process without what a snapshot does not have.
import assert from 'node:assert/strict'
import {
  appendFileSync,
  closeSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { waitGraphText } from '../dist/format/wait-graph-text.js'
import { captureFile } from '../dist/snapshot-file/file-capture.js'
import { ask, expectedTree, folder, start, stop, until, waitsOf } from './targets.mjs'

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
    // The signal is handled between two turns of the event loop, and the file written at once.
    await until(() => written().some((name) => endOf(name).trimEnd().endsWith(']}')))
    await run(written()[0], target)
  } finally {
    await stop(target)
    const made = /ready (\/\S+)/.exec(target.stdout)?.[1]
    if (made !== undefined) rmSync(made, { recursive: true, force: true })
  }
}

function endOf(file) {
  const descriptor = openSync(file, 'r')
  try {
    const { size } = fstatSync(descriptor)
    const end = Buffer.alloc(Math.min(size, 3))
    readSync(descriptor, end, 0, end.length, size - end.length)
    return end.toString('latin1')
  } finally {
    closeSync(descriptor)
  }
}

/** Of a living process's tree: what a snapshot has of it too, whatever the order of the trees. */
function withoutLife(tree) {
  return waitsOf(tree)
    .replace(/(\.[mc]js):\d+/g, '$1')
    .replace(/, [^,\n]+ remaining/g, '')
    .replace(/ \(index \d+\)/g, '')
    .replace(/child process (?:\d+|PID)/g, 'child process')
    .replace(/socket 127\.0\.0\.1:(?:\d+|PORT)/g, 'socket')
}

function treesOf(text) {
  return text.trimEnd().split('\n\n').sort()
}

const livingSkip = skip || (process.platform !== 'linux' ? 'attaching works on Linux only' : false)

for (const file of ['common.cjs', 'deadlock.mjs']) {
  test(`the snapshot of ${file} tells what the living process does`, { skip: livingSkip }, async () => {
    await withSnapshot(
      file,
      async (snapshot, { pid }) => {
        const living = await ask(['tree', pid])
        const { stdout, stderr, code } = await ask(['tree', snapshot])
        assert.equal(code, 0, stderr)
        assert.equal(stderr, NOTE)
        isWithoutLife(stdout, living.stdout)
      },
      ['--inspect=0'],
    )
  })
}

// What the living processes show is in their comments, and tested with them.
for (const file of ['chains.mjs', 'mutex.mjs']) {
  test(`the snapshot of ${file} tells what its comment does`, { skip }, async () => {
    await withSnapshot(file, async (snapshot) => isWithoutLife((await captured(snapshot)).tree, expectedTree(file)))
  })
}

function isWithoutLife(tree, living) {
  assert.doesNotMatch(tree, /\.[mc]js:\d|remaining|node:|--import/)
  assert.match(living, /\.[mc]js:\d/)
  assert.deepEqual(treesOf(tree.replaceAll(folder, '')), treesOf(withoutLife(living)))
}

/** As the command has it, without a process for each. */
async function captured(snapshot) {
  const { capture, missingScripts } = await captureFile(snapshot)
  return { ...capture, missingScripts, tree: waitGraphText(capture.graph, 'tree', 'absolute') }
}

test('a snapshot of a process that records shows none of the tracer', { skip }, async () => {
  const register = new URL('../dist/register.js', import.meta.url).href
  await withSnapshot(
    'mutex.mjs',
    async (snapshot) => {
      const { tree } = await captured(snapshot)
      const functions = [...tree.matchAll(/^[│ ]+([\w.]+)\(\) (\S+)$/gm)].map(([, name]) => name)
      assert.deepEqual(functions.sort(), ['Mutex.lock', 'Mutex.lock', 'consumer', 'producer', 'report', 'transfer'])
      assert.doesNotMatch(tree, /dist/)
      assert.match(tree, /unresolved promise; its resolve\(\) is stored in Mutex\.queue/)
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
    const known = await captured(snapshot)
    assert.deepEqual(known.missingScripts, [])
    assert.match(
      known.tree,
      /forShop\(\) \S+shop\.cjs\n└─ unresolved promise; its resolve\(\) is stored in Shop\.onOpen$/m,
    )
    assert.match(known.tree, /forTimer\(\) \S+shop\.cjs\n└─ setTimeout 900000 ms$/m)
    assert.match(known.tree, /\.then\(parse\): direct\(\)\n.*\n.*└─ setTimeout 700000 ms/)
    assert.doesNotMatch(known.tree, /800000/)
    // As long as before, and another text.
    for (const change of [
      () => writeFileSync(file, SHARED_SCOPE.replace('// -', '// +')),
      () => appendFileSync(file, ' '),
      () => rmSync(file),
    ]) {
      change()
      const { tree, missingScripts } = await captured(snapshot)
      assert.deepEqual(missingScripts, [file])
      assert.match(tree, /forShop\(\) \S+shop\.cjs\n└─ unresolved promise; its resolve\(\) was not found$/m)
      assert.match(tree, /forTimer\(\) \S+shop\.cjs\n└─ unresolved promise; its resolve\(\) was not found$/m)
      // No function stands between.
      assert.match(tree, /└─ setTimeout 700000 ms/)
      assert.doesNotMatch(tree, /800000/)
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
    const filtered = await ask(['graph', snapshot, '--format', 'tree', '--filter', 'onJob'])
    assert.match(filtered.stdout, /^onJob\(\)\n.*\n└─ event 'job' of Jobs\n$/)
    for (const args of [
      ['watch', snapshot],
      ['tree', snapshot, '--threads'],
    ]) {
      const { code, stderr } = await ask(args)
      assert.equal(code, 2)
      assert.match(stderr, /needs a running process/)
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
  await assert.rejects(captureFile(file), (error) => {
    assert.equal(error.name, 'Refusal')
    assert.match(error.message, message)
    assert.ok(error.message.startsWith(file) || error.message.endsWith(file))
    return true
  })
}

test('what is no snapshot is refused, with what is wrong', async () => {
  const made = (name, text) => {
    writeFileSync(join(output, name), text)
    return join(output, name)
  }
  mkdirSync(join(output, 'folder'))
  await isRefused(join(output, 'folder'), /is a directory/)
  await isRefused(join(output, 'missing.heapsnapshot'), /there is no file/)
  const { code, stdout, stderr } = await ask(['tree', join(output, 'missing.heapsnapshot')])
  assert.deepEqual([code, stdout], [3, ''])
  assert.match(stderr, /^async-trace: there is no file \S+\n$/)
  await isRefused(made('empty.heapsnapshot', ''), /is empty/)
  await isRefused(made('other.json', '{"snapshots":[]}'), /is not a heap snapshot/)
  await isRefused(made('packed.gz', Buffer.from([0x1f, 0x8b, 8, 0])), /is compressed.*gunzip/)
})
