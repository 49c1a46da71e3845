// What has become of emitters, from memory and over the inspector: test/targets/emitter-states.mjs.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ask, memorySkip, start, stop } from './targets.mjs'

/** Memory alone tells who has the pipes. */
const unheld = (text) => text.replace(/ in process \d+ sleep$/, '')

const EXPECTED = {
  childHasExited: ', which has exited with code 0; its standard output and standard error are still open',
  childRuns: '',
  childWrites: ', whose standard output is full, and nothing reads it',
  childIsHeard: '',
  serverCloses: ', which has stopped listening and waits for 1 open connection',
  serverListens: '',
  upgradedStays: ', which has stopped listening and waits for 1 open connection, upgraded (WebSocket)',
  nothingReads: ', whose buffer is full, and nothing reads from it',
  isRead: '',
  streamHasClosed: ', which has closed already',
  interfaceHasClosed: ', which has closed already',
  interfaceIsOpen: '',
  doorIsClosed: '',
}

let target
before(async () => {
  target = await start('emitter-states.mjs', { flags: ['--inspect-port=0'] })
})
after(() => stop(target))

async function statesVia(route) {
  const { stdout, stderr } = await ask(['tree', target.pid, '--json', '--via', route, '--pause', '60'])
  assert.notEqual(stdout, '', stderr)
  const { nodes, edges } = JSON.parse(stdout)
  const nodeOf = new Map(nodes.map((node) => [node.id, node]))
  const states = {}
  for (const { from, to } of edges) {
    const [name] = nodeOf.get(from).stack.map((frame) => frame.name)
    const { leaf } = nodeOf.get(to)
    if (leaf !== null && name in EXPECTED) states[name] = unheld(leaf.label.replace(/^[^,]*/, ''))
  }
  const troubles = nodes
    .flatMap(({ leaf }) => unheld(leaf?.trouble ?? ''))
    .filter(Boolean)
    .sort()
  assert.deepEqual(
    troubles,
    [
      EXPECTED.nothingReads,
      EXPECTED.childHasExited,
      EXPECTED.childWrites,
      EXPECTED.serverCloses,
      EXPECTED.upgradedStays,
    ]
      .map((text) => text.slice(2))
      .sort(),
  )
  const holders = nodes.filter(({ leaf }) => /still open in process \d+ sleep$/.test(leaf?.label ?? '')).length
  return { states, holders, nevers: nodes.filter(({ leaf }) => leaf?.never !== undefined).map(({ label }) => label) }
}

for (const route of ['inspector', 'memory']) {
  test(`via ${route}`, { skip: route === 'memory' && memorySkip() }, async () => {
    const { states, nevers, holders } = await statesVia(route)
    assert.deepEqual(states, EXPECTED)
    assert.equal(holders, route === 'memory' ? 1 : 0)
    assert.deepEqual(nevers.sort(), [
      "event 'drain' of PassThrough, which has closed already",
      "event 'line' of Interface, which has closed already",
    ])
  })
}
