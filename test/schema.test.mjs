// The published JSON schemas describe what is really printed, and refuse what is not.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import Ajv from 'ajv/dist/2020.js'
import { formatTasks, formatWaitGraph } from '../dist/showing.js'
import { at, dump, edge, graph, node } from './samples.mjs'

const schema = (name) => JSON.parse(readFileSync(new URL(`../schema/${name}.schema.json`, import.meta.url), 'utf8'))
const ajv = new Ajv({ allErrors: true, strictTypes: false, strictRequired: false })
ajv.addSchema(schema('wait-graph'))
const isGraph = ajv.getSchema('wait-graph.schema.json')
const isDump = ajv.compile(schema('task-dump'))

function accepted(validate, value) {
  const isValid = validate(value)
  assert.ok(isValid, ajv.errorsText(validate.errors))
}

test('hand-made data with every part', () => {
  const pool = {
    kind: 'resource',
    label: 'a client of Pool',
    createdAt: null,
    never: 'it is closed',
    use: {
      package: 'pg-pool',
      capacity: 5,
      inUse: null,
      holders: [{ state: 'leaked', count: 2, frame: at('find', 'a.mjs', 1), nodeIds: [1] }],
    },
  }
  const request = {
    side: 'server',
    method: 'GET',
    path: '/orders',
    host: null,
    state: 'unanswered',
    ageMs: 12,
    silentMs: null,
    lastIn: at('auth', 'a.mjs', 8),
    nodeIds: [],
    threadId: 0,
  }
  const whole = {
    ...graph(),
    edges: graph().edges.map((each) => ({ mode: 'all', ...each })),
    incomplete: 'Some of it is not known.',
    requests: [request],
    lost: [{ stack: [at('work', 'a.mjs', 2)], count: 3, isCollected: true, threadId: 0 }],
    keptAlive: [{ leaf: pool, calls: null }],
  }
  const withPool = { ...whole, nodes: [...whole.nodes, node(90, { kind: 'resource', label: pool.label, leaf: pool })] }
  accepted(
    isGraph,
    JSON.parse(
      formatWaitGraph({ ...withPool, edges: [...whole.edges, { mode: 'all', ...edge(1, 90) }] }, { format: 'json' }),
    ),
  )
  accepted(isDump, JSON.parse(formatTasks(dump(), { format: 'json' })))
})

test('what a process prints of itself', () => {
  const program = `
    import { captureWaitGraph, formatTasks, formatWaitGraph, getTasks } from 'async-trace'
    async function sleeps() { await new Promise((resolve) => setTimeout(resolve, 900_000)) }
    async function both() { await Promise.race([sleeps(), new Promise(() => {})]) }
    both()
    setTimeout(async () => {
      const texts = [
        formatTasks(await getTasks({ includeStacks: true }), { format: 'json' }),
        formatWaitGraph(await captureWaitGraph(), { format: 'json' }),
      ]
      console.log(JSON.stringify(texts))
      process.exit()
    }, 20)`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: new URL('..', import.meta.url),
    encoding: 'utf8',
  })
  assert.equal(stderr, '')
  const [tasks, waits] = JSON.parse(stdout).map((text) => JSON.parse(text))
  accepted(isDump, tasks)
  accepted(isGraph, waits)
  assert.ok(waits.nodes.length > 2)
})

test('what is something else is refused', () => {
  assert.equal(isGraph({ version: 1, nodes: [{ id: 'one' }], edges: [], cycles: [] }), false)
  assert.equal(isGraph({ ...graph(), version: 2 }), false)
  assert.equal(isDump({ version: 1, tasks: [] }), false)
})
