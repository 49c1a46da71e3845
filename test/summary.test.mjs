// What the first lines of a tree conclude, and how the tree below them is kept short.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explanationText } from '../dist/format/explanation-text.js'
import { formatWaitGraph } from '../dist/showing.js'
import { at, edge, node } from './samples.mjs'

const tree = (graph, options) => formatWaitGraph({ edges: [], cycles: [], ...graph }, { paths: 'basename', ...options })
const head = (graph) => tree(graph).split('\n\n')[0]
const inPackage = (name, of, file) => ({ ...at(name, file, 4), filename: `/srv/app/node_modules/${of}/${file}` })
const find = (id, outer = 'handle') =>
  node(id, {
    label: `Task-${id} ${outer}()`,
    stack: [inPackage('Pool.connect', 'pg-pool', 'index.js'), at('find', 'find.mjs', 6), at(outer, 'app.mjs', 12)],
  })
const leaf = (id, kind, label, more) => node(id, { kind, label, leaf: { kind, label, createdAt: null, ...more } })
const use = (...holders) => ({
  use: { package: 'pg-pool', capacity: 5, inUse: 5, holders: holders.map((each) => ({ nodeIds: [], ...each })) },
})

test('a resource with a queue: who waits for it, and who has it', () => {
  const held = { state: 'suspended', count: 3, frame: at('find', 'find.mjs', 7) }
  const leaked = { state: 'leaked', count: 2, frame: at('audit', 'audit.mjs', 3) }
  const pool = leaf(9, 'resource', 'a client of Pool (5 of 5 in use)', use(held, leaked))
  const nodes = [find(1), find(2), find(3, 'audit'), pool]
  assert.equal(
    head({ nodes, edges: [edge(1, 9), edge(2, 9), edge(3, 9)] }),
    `\
3 tasks wait for a client of Pool (5 of 5 in use), pg-pool
  2 × find() find.mjs:6:3 ← handle() app.mjs:12:3
  find() find.mjs:6:3 ← audit() app.mjs:12:3
  in use: 3 by find() find.mjs:7:3
          2 by no suspended function: leaked, its connection opened by audit() audit.mjs:3:3`,
  )
})

test('what can no longer happen is said with the reason, and who waits for it', () => {
  const gone = leaf(9, 'event', "event 'drain' of socket", { never: 'the socket is destroyed' })
  assert.equal(
    head({ nodes: [find(1), gone], edges: [edge(1, 9)] }),
    `\
1 task waits for something that can no longer happen: event 'drain' of socket: the socket is destroyed
  find() find.mjs:6:3 ← handle() app.mjs:12:3`,
  )
})

test('what is wrong with something that tasks wait for is said; not if a race can do without it', () => {
  const label = "event 'ready' of Redis; Redis is not connected"
  const down = leaf(9, 'event', label, { trouble: 'Redis is not connected' })
  assert.equal(
    head({ nodes: [find(1), find(2), down], edges: [edge(1, 9), edge(2, 9)] }),
    `2 tasks wait because Redis is not connected\n  2 × find() find.mjs:6:3 ← handle() app.mjs:12:3`,
  )
  const frame = inPackage('run', 'bull', 'worker.js')
  const ofPackage = node(3, { stack: [frame] })
  const nodes = [ofPackage, { ...down, id: 8 }, find(1), down]
  assert.match(head({ nodes, edges: [edge(3, 8), edge(1, 9)] }), /\n {2}find\(\) [\s\S]*\n {2}run\(\) /)
  const race = { ...edge(1, 9), mode: 'any' }
  assert.doesNotMatch(head({ nodes: [find(1), down], edges: [race] }), /task waits/)
})

test('tasks that wait behind a combinator are counted; a task behind another one is not', () => {
  const gone = leaf(9, 'event', "event 'drain' of socket", { never: 'the socket is destroyed' })
  const all = node(8, { kind: 'promise', label: 'Promise.all' })
  const edges = [edge(1, 8), edge(2, 8), edge(8, 9), edge(3, 1)]
  assert.match(head({ nodes: [find(1), find(2), find(3), all, gone], edges }), /^2 tasks wait for something/)
})

test('functions that will never continue, by place', () => {
  const lost = (count, name) => ({ stack: [at(name, 'lost.mjs', count)], count, isCollected: false, threadId: 0 })
  assert.equal(
    head({ nodes: [], lost: [lost(1, 'rare'), lost(7, 'often')] }),
    `\
8 functions will never continue: nothing can settle what they wait for
  7 × often() lost.mjs:7:3
  rare() lost.mjs:1:3`,
  )
})

test('nothing is concluded from tasks that merely wait', () => {
  const socket = leaf(9, 'socket', 'socket 127.0.0.1:5432')
  assert.match(tree({ nodes: [find(1), socket], edges: [edge(1, 9)] }), /^Task-1 handle\(\)\n/)
})

test('functions of one package that follow on each other are one line; `all` lists them', () => {
  const inner = ['a', 'b', 'c'].map((name) => inPackage(name, '@scope/orm', `${name}.js`))
  const stack = [at('read', 'db.mjs', 2), ...inner, at('main', 'app.mjs', 1)]
  const nodes = [node(1, { label: 'Task-1 main()', stack })]
  assert.match(tree({ nodes }), /main\(\) app\.mjs:1:3\n *… 3 functions of @scope\/orm\n *read\(\) db\.mjs:2:3$/)
  assert.doesNotMatch(tree({ nodes }, { all: true }), /…/)
  const own = tree({ nodes: [node(1, { label: 'Task-1 a()', stack: [...inner, ...inner] })] })
  assert.match(own, /c\(\) c\.js:4:3\n *… 4 functions of @scope\/orm\n *a\(\) a\.js:4:3$/)
})

test('a callback of a package beside a call of the program is left out; alone it is shown', () => {
  const limit = node(2, { label: 'Task-2 <then>', stack: [inPackage('<then>', 'tarn', 'pool.js')] })
  const shared = leaf(9, 'promise', 'unresolved promise; its resolve() is stored in Pool.queue')
  const beside = { nodes: [find(1), limit, shared], edges: [edge(1, 9), edge(2, 9)] }
  assert.doesNotMatch(tree(beside), /<then>/)
  assert.match(tree(beside, { all: true }), /<then>/)
  assert.match(tree({ nodes: [limit, shared], edges: [edge(2, 9)] }), /<then>/)
})

test('what lies between is said in words, and .then without a name is not', () => {
  const via = (text) =>
    tree({ nodes: [find(1), find(2)], edges: [edge(1, 2, text)] })
      .split('\n')
      .find((line) => /└─/.test(line))
  assert.equal(via('then, then, finally'), '└─ Task-2 handle()')
  assert.equal(via('Promise.all (index 1), then (parse)'), '└─ Promise.all (index 1), .then(parse): Task-2 handle()')
  assert.equal(via('a held resolver'), '└─ its resolve() is held by: Task-2 handle()')
})

test('an explanation has the conclusions, what else is waited for by place, and what keeps the process alive', () => {
  const socket = (id) => leaf(id, 'socket', 'socket 127.0.0.1:5432')
  const pool = leaf(9, 'resource', 'a client of Pool (5 of 5 in use)', use())
  const nodes = [find(1), find(2), find(3, 'audit'), find(4), socket(7), socket(8), pool]
  const edges = [edge(1, 7), edge(2, 8), edge(3, 9), edge(4, 1)]
  const alive = [
    { leaf: { kind: 'server', label: 'server 127.0.0.1:80', createdAt: at('listen', 'app.mjs', 2) }, calls: null },
  ]
  assert.equal(
    explanationText({ nodes, edges, cycles: [] }, alive, 'basename'),
    `\
4 tasks pending.

1 task waits for a client of Pool (5 of 5 in use), pg-pool
  find() find.mjs:6:3 ← audit() app.mjs:12:3

Waiting for:
  2 × find() find.mjs:6:3 ← handle() app.mjs:12:3: socket 127.0.0.1:5432

The process is kept alive by:
  server 127.0.0.1:80, made by listen() app.mjs:2:3`,
  )
  assert.equal(explanationText({ nodes: [], edges: [], cycles: [] }, [], 'basename'), 'No async function is suspended.')
})

test('a holder has what it waits for, and one of packages alone the function that returned its promise', () => {
  const begin = inPackage('begin', 'orm', 'manager.js')
  const ofPackage = node(2, { stack: [begin] })
  const outside = node(3, { label: '<module>', stack: [at('<module>', 'app.mjs', 19)] })
  const pool = leaf(8, 'resource', 'a client of Pool (1 of 1 in use)', {
    use: {
      package: 'pg-pool',
      capacity: 1,
      inUse: 1,
      holders: [{ state: 'suspended', count: 1, frame: null, nodeIds: [2] }],
    },
  })
  const socket = leaf(9, 'socket', 'socket 10.0.0.1:5432')
  const edges = [
    edge(1, 8),
    { ...edge(3, 2), via: 'Promise.all (index 0), returned by place(), resolved with another promise' },
    edge(2, 9),
    { ...edge(8, 2), via: 'in use by' },
  ]
  assert.equal(
    head({ nodes: [find(1), ofPackage, outside, pool, socket], edges }),
    [
      '1 task waits for a client of Pool (1 of 1 in use), pg-pool',
      '  find() find.mjs:6:3 ← handle() app.mjs:12:3',
      `  in use: 1 by begin() ${begin.filename.split('/').at(-1)}:${begin.line}:${begin.column}, returned by place()`,
      '            waiting for socket 10.0.0.1:5432',
    ].join('\n'),
  )
})

test('of a deadlock the functions of the program are named, in a ring of one resource what is wrong', () => {
  const run = inPackage('run', 'queue', 'index.js')
  const job = node(1, { label: 'run()', stack: [run, at('flush', 'app.mjs', 4), at('upload', 'app.mjs', 7), run] })
  const lock = leaf(8, 'resource', 'the lock of Queue', use())
  const graph = { nodes: [job, lock], edges: [edge(1, 8), edge(8, 1)], cycles: [[1, 8]] }
  assert.match(
    head(graph),
    /^ {2}1\. Task-1 upload\(\) app\.mjs:7:3, in flush\(\) app\.mjs:4:3 → the lock of Queue → Task-1$/m,
  )
  const alone = { nodes: [job, lock], edges: [edge(1, 8), edge(8, 8)], cycles: [[8]] }
  assert.match(head(alone), /^ {2}1\. the lock of Queue: what is to give it back waits for it$/m)
})
