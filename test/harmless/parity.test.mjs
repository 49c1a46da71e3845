// The graph that each program of test/graphs and test/targets has when it is asked through each source that can see it:
// its records, the heap of a process that recorded nothing, its memory, and a heap snapshot file. They are the same but for what is
// listed in test/parity/differences.json, with the reason.
//   node test/harmless/parity.test.mjs --write    writes the differences; reasons are kept, new ones are to be given
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { attach } from '../../dist/attach/attach.js'
import { captureMemory } from '../../dist/attach/memory-capture.js'
import { captureFile } from '../../dist/snapshot-file/file-capture.js'
import { graphLines } from '../graphs/graph-lines.mjs'
import { memorySkip, start, stop, TREES, folder as targets, until } from '../targets.mjs'

const graphs = fileURLToPath(new URL('../graphs/', import.meta.url))
const register = new URL('../../dist/register.js', import.meta.url).href
const list = new URL('../parity/differences.json', import.meta.url)
const unprepared = new URL('../parity/unprepared.mjs', import.meta.url).href
const output = mkdtempSync(join(tmpdir(), 'async-trace-parity-'))
after(() => rmSync(output, { recursive: true, force: true }))
const write = process.argv.includes('--write')
const words = process.argv.slice(2).filter((word) => word !== '--write')
const known = JSON.parse(readFileSync(list, 'utf8'))
const found = Object.fromEntries(Object.entries(known).filter(([file]) => !isWanted(file)))

const NO_PROGRAMS = ['show.mjs', 'graph-lines.mjs']

const SOURCES = {
  async inspector({ pid }) {
    const options = {
      timeoutMs: 60_000,
      force: true,
      threads: false,
      heap: true,
      waitsForBlocked: true,
      letsOthersAsk: false,
    }
    const told = { onProgress() {}, onNotice() {} }
    return attach(pid, { ...options, ...told }, (attached) => attached.capture())
  },
  async memory({ pid }) {
    return captureMemory(pid, { threads: false, mostPauseMs: 60_000, onProgress() {}, onNotice() {} })
  },
  async 'snapshot file'({ pid, folder }) {
    process.kill(pid, 'SIGUSR2')
    const written = () => readdirSync(folder).filter((name) => name.endsWith('.heapsnapshot'))
    await until(() => written().some((name) => readFileSync(join(folder, name)).subarray(-5).includes(']}')))
    return (await captureFile(join(folder, written()[0]))).capture
  },
}

/** In which function a callback was given, and whether to `.catch`; which member of a race a promise is; ids of workers. */
const ofHeap = (line) =>
  line
    .replace(/worker \d+/g, 'worker')
    .replace(/<(then|catch|finally)(?: in [^>]*)?>/g, (_, method) => `<${method === 'catch' ? 'then' : method}>`)
    .replace(/Promise\.race \(index \d+\)/g, 'Promise.race')

/** What a source cannot know of any process is left out of what is compared. */
const UNKNOWN = {
  records: ofHeap,
  inspector: ofHeap,
  memory: (block) => ofHeap(block).replace(/times out .*\)$/gm, 'times out)'),
  'snapshot file': (block) =>
    ofHeap(block)
      .replace(/:\d+(?=$| |,|\))/gm, '')
      .replace(/ \(index \d+\)/g, '')
      .replace(/ ?(?:127\.0\.0\.1:PORT|<address>)/g, '')
      .replace(/process <pid>/g, 'process')
      .replace(/worker \d+/g, 'worker')
      .replace(/times out .*\)$/gm, 'times out)'),
}

if (memorySkip() !== false) {
  console.log(`# not asked through memory: ${memorySkip()}`)
  delete SOURCES.memory
}

for (const file of readdirSync(graphs).filter((name) => name.endsWith('.mjs'))) {
  if (NO_PROGRAMS.includes(file) || !isWanted(file)) continue
  const source = readFileSync(join(graphs, file), 'utf8')
  const skip = /\bnew WebSocket\b/.test(source) && globalThis.WebSocket === undefined && 'this Node.js has no WebSocket'
  const recorded = /\n\/\* waits:\ngraph\n([\s\S]*?)(?:tasks\n|stack of|\*\/)/.exec(source)?.[1].trimEnd().split('\n')
  test(file, { skip }, () =>
    withTarget(graphs, file, ['--import', unprepared], async (target) => {
      for (const name of Object.keys(SOURCES)) compare(file, name, recorded, await linesOf(name, target))
    }),
  )
}

for (const file of TREES) {
  if (isWanted(file)) test(`target ${file}`, () => targetsGraphs(file))
}

/** Here the heap is what the others are compared with: their trees are written as it has them. */
async function targetsGraphs(file) {
  const expected = await withTarget(targets, file, [], async (target) => {
    const lines = await linesOf('inspector', target)
    for (const name of Object.keys(SOURCES).slice(1)) compare(file, name, lines, await linesOf(name, target))
    return lines
  })
  await withTarget(targets, file, ['--import', register], async (target) => {
    compare(file, 'records', expected, await linesOf('inspector', target))
  })
}

function isWanted(file) {
  return words.length === 0 || words.some((word) => file.includes(word))
}

async function withTarget(cwd, file, flags, run) {
  const folder = mkdtempSync(join(output, 'heap-'))
  const target = await start(file, {
    flags: ['--inspect=0', '--heapsnapshot-signal=SIGUSR2', `--diagnostic-dir=${folder}`, ...flags],
    cwd,
    env: { GRAPH_STAYS: '1' },
  })
  try {
    assert.match(target.stdout, /ready/, target.stderr)
    return await run({ pid: target.pid, folder })
  } finally {
    await stop(target)
    const made = /ready (\/\S+)/.exec(target.stdout)?.[1]
    if (made !== undefined) rmSync(made, { recursive: true, force: true })
  }
}

async function linesOf(source, target) {
  return graphLines((await SOURCES[source](target)).graph).slice(1)
}

function compare(file, name, expectedLines, seenLines) {
  const seen = blocksOf(seenLines.map(UNKNOWN[name]))
  const expected = blocksOf(expectedLines.map(UNKNOWN[name]))
  const difference = { missing: without(expected, seen), added: without(seen, expected) }
  const { reason = '', missing, added } = listedFor(write ? found : known, file, name)
  const listed = { missing: missing.toSorted(), added: added.toSorted() }
  if (!write) {
    assert.deepEqual(difference, listed, `${file}, asked through ${name}`)
    if (listed.missing.length + listed.added.length > 0) assert.notEqual(reason, '', 'a difference has a reason')
  } else if (!isDeepStrictEqual(difference, listed)) {
    found[file] ??= {}
    found[file][name] = { reason: known[file]?.[name]?.reason ?? '', ...difference }
  }
}

/** Memory holds the same heap: what is listed for the inspector holds for it too. */
function listedFor(differences, file, name) {
  const listed = differences[file]
  return listed?.[name] ?? (name === 'memory' ? listed?.inspector : undefined) ?? { missing: [], added: [] }
}

/** A block a node, whatever the order of the nodes and edges; `×2` are two. */
function blocksOf(lines) {
  return lines
    .join('\n')
    .split(/\n(?! )/)
    .flatMap((block) => {
      const [first, ...edges] = block.split('\n')
      const [, name, count] = /^(.*?)(?: ×(\d+))?$/.exec(first)
      return Array.from({ length: Number(count ?? 1) }, () => [name, ...edges.sort()].join('\n'))
    })
}

/** Sorted: functions at one place have no order. */
function without(blocks, others) {
  const left = [...others]
  const rest = blocks.filter((block) => {
    const at = left.indexOf(block)
    if (at !== -1) left.splice(at, 1)
    return at === -1
  })
  return rest.sort()
}

/** In the order that it had. */
const ordered = () => Object.fromEntries(Object.entries({ ...known, ...found }).filter(([file]) => file in found))
if (write) after(() => writeFileSync(list, `${JSON.stringify(ordered(), null, 2)}\n`))
