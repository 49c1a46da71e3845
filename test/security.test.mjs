// Names, files, labels and source lines of a hostile program come through every output as nothing but text.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { formatAsyncTrace } from 'async-trace'
import { watchScreen } from '../dist/cli/watch-screen.js'
import { busyThreadsText } from '../dist/format/busy-threads-text.js'
import { unpackSnapshot } from '../dist/format/page-snapshot.js'
import { waitGraphPage } from '../dist/format/wait-graph-page.js'
import { formatCallStack, formatTasks, formatWaitGraph } from '../dist/showing.js'
import { ACTIVE, HOSTILE } from './hostile-texts.mjs'
import { runFile } from './node.mjs'
import { dump, entry, graph, stackOf } from './samples.mjs'

/** Words of the model, which no program has a say in. */
const WORDS = /^(kind|state|boundary)$/

/** The same data with another text in every place that a program has a say in. */
function withText(value, text, key = '') {
  if (typeof value === 'string') return WORDS.test(key) ? value : text
  if (Array.isArray(value)) return value.map((each) => withText(each, text))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withText(each, text, name)]))
}

const trace = () => {
  const frames = dump().tasks.find(({ createdPath }) => createdPath?.length > 0).createdPath
  return { frames, currentTask: null, inExecutor: false }
}
const callStack = () => {
  const frames = [entry('f', 'async function', 'a.mjs', 1), entry('g', 'async generator', 'b.mjs', 2)]
  return stackOf(1, frames, [stackOf(2, [entry('Promise.all (index 0)', 'combinator')])])
}
const screen = (all) => {
  const capture = { pid: 1, command: all.threads[1].name, dump: all, graph: graph(), isRecorded: true, cwd: '/' }
  const state = { capture, isPaused: false, filter: all.threads[1].name, isTyping: true, selected: 0, isOpen: true }
  const lines = watchScreen({ ...state, status: all.threads[1].name, color: false }, 10_000, 40, 'absolute')
  // The row under the cursor is inverted.
  return lines.join('\n').replaceAll('\u001b[7m', '').replaceAll('\u001b[0m', '')
}

/** Each output as a function of what it shows. */
const OUTPUTS = {
  'the tree of a trace': [trace, (it) => formatAsyncTrace(it)],
  'a trace as V8 prints stacks': [trace, (it) => formatAsyncTrace(it, { style: 'stack' })],
  'a call stack': [callStack, (it) => formatCallStack(it)],
  'a thread dump': [dump, (it) => formatTasks(it)],
  'a table of tasks': [dump, (it) => formatTasks(it, { format: 'table' })],
  'a dump as JSON': [dump, (it) => formatTasks(it, { format: 'json' })],
  'busy threads': [dump, (it) => busyThreadsText(it, 'absolute')],
  'the screen of watch': [dump, screen],
  'the tree of a wait graph': [graph, (it) => formatWaitGraph(it)],
  'a table of waits': [graph, (it) => formatWaitGraph(it, { format: 'table' })],
  DOT: [graph, (it) => formatWaitGraph(it, { format: 'dot' })],
  Mermaid: [graph, (it) => formatWaitGraph(it, { format: 'mermaid' })],
  'a graph as JSON': [graph, (it) => formatWaitGraph(it, { format: 'json' })],
}

for (const [name, [make, show]] of Object.entries(OUTPUTS)) {
  test(`${name}: nothing active, and no line that is not there with harmless names`, () => {
    const lines = show(withText(make(), 'harmless')).split('\n').length
    for (const [what, text] of Object.entries(HOSTILE)) {
      const shown = show(withText(make(), text))
      assert.doesNotMatch(shown, ACTIVE, what)
      assert.equal(shown.split('\n').length, lines, what)
    }
  })
}

test('JSON says what the names are', () => {
  for (const text of Object.values(HOSTILE)) {
    const [all, waits] = [withText(dump(), text), withText(graph(), text)]
    assert.deepEqual(JSON.parse(formatTasks(all, { format: 'json' })), all)
    assert.deepEqual(JSON.parse(formatWaitGraph(waits, { format: 'json' })), { version: 1, ...waits })
  }
})

test('the page: no markup but its own, and its data whole', () => {
  const page = (text) => {
    const [all, waits] = [withText(dump(), text), withText(graph(), text)]
    const html = waitGraphPage({ title: text, snapshot: { takenAtMs: 1, dump: all, graph: waits } })
    const [, json] = /<script type="application\/json" id="snapshot">(.*)<\/script>\n<script>/.exec(html)
    const labels = ({ nodes }) => nodes.map(({ label }) => label)
    assert.deepEqual(labels(unpackSnapshot(JSON.parse(json)).graph), labels(waits))
    return html
  }
  const markup = (html) => html.match(/<[^<>]*>?/g)
  const harmless = markup(page('harmless'))
  for (const [what, text] of Object.entries(HOSTILE)) {
    const html = page(text)
    assert.deepEqual(markup(html), harmless, what)
    assert.doesNotMatch(html, /<!--|\]\]>/, what)
  }
})

const hasGraphviz = spawnSync('dot', ['-V']).status === 0

test('Graphviz reads as many nodes and edges as there are', { skip: hasGraphviz ? false : 'there is no dot' }, () => {
  for (const [what, text] of Object.entries(HOSTILE)) {
    const input = formatWaitGraph(withText(graph(), text), { format: 'dot' })
    const { objects, edges } = JSON.parse(execFileSync('dot', ['-Tjson'], { input, encoding: 'utf8' }))
    assert.deepEqual([objects.length, edges.length], [graph().nodes.length, graph().edges.length], what)
    assert.ok(
      objects.every(({ name }) => /^n\d+$/.test(name)),
      what,
    )
  }
})

test('a real program with such names: every print function, the endpoint, the dump at an exit', () => {
  const { stdout, sections } = shownByProgram()
  assert.doesNotMatch(stdout, ACTIVE)
  for (const [name, text] of Object.entries(sections)) {
    // The two that every output has room for.
    assert.match(text, /\\u001b|#92;u001b/, `${name} shows the names`)
    assert.doesNotMatch(text, /^ {4}at forged/m, name)
  }
})

function shownByProgram() {
  const stdout = runFile('fixtures/hostile-names.mjs')
  const parts = stdout.split(/^== (.*)$/m).slice(1)
  const sections = {}
  for (let i = 0; i < parts.length; i += 2) sections[parts[i]] = parts[i + 1]
  assert.deepEqual(Object.keys(sections), [
    'printTrace',
    'printTrace, stack',
    'printCallStack',
    'printTasks',
    'printTasks, table',
    'printTasks, json',
    'printWaitGraph',
    'printWaitGraph, table',
    'printWaitGraph, dot',
    'printWaitGraph, mermaid',
    'printWaitGraph, json',
    '/tasks?format=text&stacks=1',
    '/tasks?stacks=1',
    '/graph?format=tree',
    '/graph',
    'exit',
  ])
  return { stdout, sections }
}
