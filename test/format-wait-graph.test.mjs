// The wait graph as tree, table, DOT, Mermaid and JSON.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { waitGraphText } from '../dist/format/wait-graph-text.js'
import { formatWaitGraph } from '../dist/showing.js'
import { at, chain, diamonds, edge, graph, node } from './samples.mjs'

const basename = { paths: 'basename' }

test('tree: deadlocks first and named, then the waiters; a shared node has one line', () => {
  assert.equal(
    formatWaitGraph(graph(), basename),
    `\
1 deadlock:
  1. left (Task-5) transfer() bank.mjs:8:3 → right (Task-6) transfer() bank.mjs:8:3 → left

left (Task-5) transfer() #5 [deadlock 1]
│  transfer() bank.mjs:8:3
└─ mutex: right (Task-6) transfer() [deadlock 1] → mutex: #5 (deadlock)
      transfer() bank.mjs:8:3

Task-1 main()
│  main() main.mjs:3:3
├─ Promise.all (index 0): Task-2 foo()
│  │  foo() foo.mjs:3:3
│  │  bar() bar.mjs:2:3
│  │  leaf() leaf.mjs:1:3
│  └─ setTimeout 5000 ms, 1.2 s remaining #4
│        made by sleep() sleep.mjs:2:3
└─ Promise.all (index 1): Task-3 foo() → #4
      foo() foo.mjs:4:3

Task-7 report() → #5
   report() bank.mjs:20:3`,
  )
})

test('a deadlock names the outermost and the innermost function of each member, with their places', () => {
  const member = (id, ...stack) => ({ ...node(id), stack })
  const [lock, left, right] = [at('Mutex.lock', 'mutex.mjs', 4), at('left', 'bank.mjs', 8), at('right', 'bank.mjs', 9)]
  const nodes = [member(1, lock, at('inner', 'bank.mjs', 2), left), member(2, right)]
  const waits = { nodes, edges: [edge(1, 2), edge(2, 1)], cycles: [[1, 2]] }
  const ring = 'Task-1 bank.mjs:8:3, in Mutex.lock() mutex.mjs:4:3 → Task-2 bank.mjs:9:3 → Task-1'
  assert.equal(formatWaitGraph(waits, basename).split('\n')[1], `  1. ${ring}`)
  assert.equal(formatWaitGraph(waits, { ...basename, format: 'table' }).split('\n')[0], `deadlock 1: ${ring}`)
})

test('tree: several threads have a heading each', () => {
  const nodes = [node(1), { ...node(2), threadId: 2 }, { ...node(3, { kind: 'timer' }), threadId: 2 }]
  const waits = { nodes, edges: [edge(2, 3)], cycles: [] }
  const headings = (text) => text.split('\n').filter((line) => /thread/i.test(line))
  assert.deepEqual(headings(formatWaitGraph(waits, basename)), ['Main thread:', 'Thread 2:'])
  const named = [
    { threadId: 0, name: 'main' },
    { threadId: 1, name: 'idle' },
    { threadId: 2, name: 'mails' },
  ]
  assert.deepEqual(headings(waitGraphText(waits, 'tree', 'basename', { threads: named })), [
    'Main thread:',
    'Thread 1 (idle): no async function is suspended.',
    'Thread 2 (mails):',
  ])
})

test('table', () => {
  assert.equal(
    formatWaitGraph(graph(), { ...basename, format: 'table' }),
    `\
deadlock 1: left (Task-5) transfer() bank.mjs:8:3 → right (Task-6) transfer() bank.mjs:8:3 → left

NODE  KIND   THREAD  WHAT                                 AT                       WAITS FOR  DEADLOCK
#5    task   0       left (Task-5) transfer()             transfer() bank.mjs:8:3  #6         1
#6    task   0       right (Task-6) transfer()            transfer() bank.mjs:8:3  #5         1
#1    task   0       Task-1 main()                        main() main.mjs:3:3      #2 #3
#2    task   0       Task-2 foo()                         leaf() leaf.mjs:1:3      #4
#3    task   0       Task-3 foo()                         foo() foo.mjs:4:3        #4
#4    timer  0       setTimeout 5000 ms, 1.2 s remaining  sleep() sleep.mjs:2:3    -
#7    task   0       Task-7 report()                      report() bank.mjs:20:3   #5`,
  )
})

test('DOT', () => {
  assert.equal(
    formatWaitGraph(graph(), { ...basename, format: 'dot' }),
    `\
digraph waits {
  rankdir=LR
  node [fontname="monospace", fontsize=10, shape=component]
  edge [fontname="monospace", fontsize=9]
  n1 [label="Task-1 main()\\lmain() main.mjs:3:3\\l", shape=box]
  n2 [label="Task-2 foo()\\lfoo() foo.mjs:3:3\\lbar() bar.mjs:2:3\\lleaf() leaf.mjs:1:3\\l", shape=box]
  n3 [label="Task-3 foo()\\lfoo() foo.mjs:4:3\\l", shape=box]
  n4 [label="setTimeout 5000 ms, 1.2 s remaining", shape=hexagon]
  n5 [label="left (Task-5) transfer()\\ltransfer() bank.mjs:8:3\\l", shape=box, color=red, penwidth=2]
  n6 [label="right (Task-6) transfer()\\ltransfer() bank.mjs:8:3\\l", shape=box, color=red, penwidth=2]
  n7 [label="Task-7 report()\\lreport() bank.mjs:20:3\\l", shape=box]
  n1 -> n2 [label="Promise.all (index 0)"]
  n1 -> n3 [label="Promise.all (index 1)"]
  n2 -> n4
  n3 -> n4
  n5 -> n6 [label="mutex", color=red, penwidth=2]
  n6 -> n5 [label="mutex", color=red, penwidth=2]
  n7 -> n5 [label="then"]
}`,
  )
})

test('Mermaid', () => {
  assert.equal(
    formatWaitGraph(graph(), { ...basename, format: 'mermaid' }),
    `\
flowchart LR
  n1["Task-1 main()<br>main() main.mjs:3:3"]
  n2["Task-2 foo()<br>foo() foo.mjs:3:3<br>bar() bar.mjs:2:3<br>leaf() leaf.mjs:1:3"]
  n3["Task-3 foo()<br>foo() foo.mjs:4:3"]
  n4{{"setTimeout 5000 ms, 1.2 s remaining"}}
  n5["left (Task-5) transfer()<br>transfer() bank.mjs:8:3"]
  n6["right (Task-6) transfer()<br>transfer() bank.mjs:8:3"]
  n7["Task-7 report()<br>report() bank.mjs:20:3"]
  n1 -->|"Promise.all (index 0)"| n2
  n1 -->|"Promise.all (index 1)"| n3
  n2 --> n4
  n3 --> n4
  n5 -->|"mutex"| n6
  n6 -->|"mutex"| n5
  n7 -->|"then"| n5
  classDef deadlock stroke:#d00,stroke-width:3px
  class n5,n6 deadlock
  linkStyle 4,5 stroke:#d00,stroke-width:3px`,
  )
})

test('JSON has a version and parses to the graph', () => {
  assert.deepEqual(JSON.parse(formatWaitGraph(graph(), { format: 'json' })), { version: 1, ...graph() })
})

test('names are escaped in every format', () => {
  const evil = 'a"]; evil -> x <script>alert(1)</script> \\" `#quot;` \u001b[2J\u202e\n%%{init}%%'
  const nodes = [
    node(1, { name: evil, label: evil, stack: [at(evil, evil, 1)] }),
    node(2, { kind: 'promise', label: evil }),
  ]
  const bad = { nodes, edges: [edge(1, 2, evil)], cycles: [] }
  for (const format of ['tree', 'table', 'dot', 'mermaid', 'json']) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
    assert.doesNotMatch(formatWaitGraph(bad, { format }), /[\u0000-\u0009\u000b-\u001f\u007f\u202e]/, format)
  }
  for (const line of formatWaitGraph(bad, { format: 'dot' }).split('\n').slice(4, -1)) {
    // Nothing but quoted strings, and in them no quote that is not escaped.
    const outside = line.replace(/"(?:[^"\\]|\\.)*"/g, '')
    assert.match(outside, /^ {2}n\d( -> n\d)? \[label=(, shape=\w+)?\]$/)
  }
  for (const line of formatWaitGraph(bad, { format: 'mermaid' }).split('\n').slice(1)) {
    assert.match(line, /^ {2}n\d(\(\["|\["|)( -->\|")?([^"`<>%\\{}[\]]|<br>)*(("\]\)?)|("\| n\d))$/)
  }
})

test('a node without a label has its kind as one: Mermaid refuses empty ones', () => {
  const empty = { nodes: [node(1, { kind: 'socket', label: '' })], edges: [edge(1, 1, '')], cycles: [] }
  assert.equal(formatWaitGraph(empty, { format: 'mermaid' }), 'flowchart LR\n  n1[["socket"]]\n  n1 --> n1')
  assert.equal(formatWaitGraph(empty), 'socket #1 → #1')
})

test('18 layers of diamonds: a line a node in the tree, not half a million', () => {
  const layers = diamonds(18)
  assert.equal(layers.nodes.length, 36)
  const lines = formatWaitGraph(layers)
    .split('\n')
    .filter((line) => line !== '')
  assert.equal(lines.length, 36)
  for (const { id } of layers.nodes)
    assert.equal(lines.filter((line) => line.includes(`Task-${id} `) || line.endsWith(`Task-${id}`)).length, 1)
  assert.match(lines.at(-1), /^Task-2 → #3, #4$/)
})

test('a chain of 10,000, and a ring of 10,000, are printed whole and without overflow', () => {
  const text = formatWaitGraph(chain(10_000))
  assert.equal(text.split('\n').length, 10_000)
  assert.ok(text.length < 10_000 * 120)
  assert.match(text, /└─ \[9999\] Task-10000$/)

  const ring = chain(10_000)
  ring.edges.push(edge(10_000, 1))
  ring.cycles.push(ring.nodes.map(({ id }) => id))
  const [, name] = formatWaitGraph(ring).split('\n')
  assert.match(name, /^ {2}1\. Task-1 → Task-2 .*… 9988 more … .*→ Task-10000 → Task-1$/)
})

test('a cycle that nobody listed, an edge to nowhere, a task that waits for itself, and nothing at all', () => {
  const ring = { nodes: [node(1), node(2)], edges: [edge(1, 2), edge(2, 1)], cycles: [] }
  assert.equal(formatWaitGraph(ring), 'Task-1 #1\n└─ Task-2 → #1')
  const nowhere = { nodes: [node(1)], edges: [edge(1, 9)], cycles: [] }
  assert.equal(formatWaitGraph(nowhere), 'Task-1')
  const self = { nodes: [node(1)], edges: [edge(1, 1)], cycles: [[1]] }
  assert.equal(formatWaitGraph(self), '1 deadlock:\n  1. Task-1 → Task-1\n\nTask-1 #1 [deadlock 1] → #1 (deadlock)')
  assert.equal(formatWaitGraph({ nodes: [], edges: [], cycles: [] }), 'No async function is suspended.')
})

test('the oldest comes first: among deadlocks their oldest task, then among those nobody waits for', () => {
  const aged = (id, createdAtMs) => ({ ...node(id), task: { ...node(id).task, createdAtMs } })
  const nodes = [aged(1, 30), aged(2, 20), aged(3, 10), aged(4, 9), aged(5, 8)]
  const edges = [edge(1, 2), edge(2, 3), edge(3, 1)]
  const text = formatWaitGraph({ nodes, edges, cycles: [[1, 2, 3]] })
  assert.match(text, /^1 deadlock:\n {2}1\. Task-3 → Task-1 → Task-2 → Task-3\n\nTask-3 /)
  assert.match(text, /\n\nTask-5\n\nTask-4$/)
})

test('what a combinator waits for comes in the order of its members', () => {
  const via = (index) => `Promise.all (index ${index})`
  const edges = [edge(1, 4, via(10)), edge(1, 3, via(2)), edge(1, 2, via(0))]
  const text = formatWaitGraph({ nodes: [node(1), node(2), node(3), node(4)], edges, cycles: [] })
  assert.deepEqual(text.match(/Task-[234]/g), ['Task-2', 'Task-3', 'Task-4'])
})

test('what is no graph, and unknown formats, are refused', () => {
  const expected = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE', message: /"graph".*WaitGraph/ }
  assert.throws(() => formatWaitGraph({}), expected)
  const value = { name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE', message: /"options.format".*'tree'.*'svg'/ }
  assert.throws(() => formatWaitGraph(graph(), { format: 'svg' }), value)
})

test('Graphviz itself reads the names back as they were', { skip: hasGraphviz() ? false : 'there is no dot' }, () => {
  const name = 'a "b" &lt; \\ c\\n </b> {x|y} -> n9 ]; // #'
  const graph = { nodes: [node(1, { kind: 'event', label: name }), node(2)], edges: [edge(2, 1, name)], cycles: [] }
  const input = formatWaitGraph(graph, { format: 'dot' })
  const { objects, edges } = JSON.parse(execFileSync('dot', ['-Tjson'], { input, encoding: 'utf8' }))
  // Graphviz keeps the escapes of a label until it draws it.
  const drawn = (label) => label.replaceAll('\\\\', '\\').replaceAll('&amp;', '&')
  assert.deepEqual([drawn(objects[0].label), drawn(edges[0].label)], [name, name])
  assert.deepEqual([objects.length, edges.length], [2, 1])
})

function hasGraphviz() {
  return spawnSync('dot', ['-V']).status === 0
}

test('what is not known is said in every format', () => {
  const note = 'Who holds the resolver of "p" is not known: { heap: true } reads the heap.'
  const waits = { nodes: [node(1)], edges: [], cycles: [], incomplete: note }
  const text = (format) => formatWaitGraph(waits, { ...basename, format })
  assert.ok(text('tree').startsWith(`${note}\n\nTask-1`))
  assert.ok(text('table').endsWith(`\n\n${note}`))
  assert.equal(JSON.parse(text('json')).incomplete, note)
  const dot = text('dot').split('\n')
  assert.equal(dot[0], `// ${note}`)
  assert.ok(dot.includes(`  label="${note.replaceAll('"', '\\"')}"`))
  const mermaid = text('mermaid').split('\n')
  assert.deepEqual(mermaid.slice(0, 2), [
    'flowchart LR',
    '  %% Who holds the resolver of "p" is not known: heap: true reads the heap.',
  ])
  assert.equal(
    mermaid.at(-1),
    '  incomplete>"Who holds the resolver of #34;p#34; is not known: #123; heap: true #125; reads the heap."]',
  )
  for (const format of ['tree', 'table', 'dot', 'mermaid']) {
    assert.doesNotMatch(formatWaitGraph({ ...waits, incomplete: undefined }, { format }), /not known|incomplete/)
  }
  const hostile = formatWaitGraph({ ...waits, incomplete: 'a\nb' }, { format: 'dot' })
  assert.match(hostile, /^\/\/ a\\u000ab\n/)
})
