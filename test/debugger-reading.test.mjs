// What is asked of V8's debugger, and how its answers are read, whichever process gives them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InspectorRefusal, readTexts } from '../dist/engine/debugger-reading.js'
import { evaluate, readVariables } from '../dist/engine/inspected-objects.js'
import { readSuspendedPlaces } from '../dist/engine/inspected-places.js'

const scripts = new Map([
  [7, { scriptId: '7', url: 'file:///app.mjs', hash: 'abc', startLine: 0, startColumn: 0 }],
  [8, { scriptId: '8', url: 'shifted.js', hash: 'def', startLine: 3, startColumn: 0 }],
])

/** Answers each command from a table; one that is not in it is refused. */
function answered(reading, answers) {
  const batches = []
  for (let step = reading.next(); ; ) {
    if (step.done) return { value: step.value, batches }
    const { commands, withDebugger } = step.value
    batches.push({ withDebugger, methods: commands.map(({ method }) => method) })
    const results = commands.map(({ method, params }) => answers[method]?.[params.scriptId ?? params.objectId] ?? null)
    step = reading.next({ results, refusals: new Map([[0, 'not in the table']]), scripts })
  }
}

test('the texts of scripts come in one batch; one that V8 refuses is left out', () => {
  const { value, batches } = answered(readTexts([7, 8, 9]), {
    'Debugger.getScriptSource': { 7: { scriptSource: 'seven' }, 8: { scriptSource: 'eight' } },
  })
  assert.deepEqual(
    [...value],
    [
      [7, { text: 'seven', isCountedFromStart: true }],
      [8, { text: 'eight', isCountedFromStart: false }],
    ],
  )
  assert.deepEqual(batches, [{ withDebugger: true, methods: Array(3).fill('Debugger.getScriptSource') }])
})

const location = (state, lineNumber) => ({
  internalProperties: [
    { name: '[[GeneratorState]]', value: { value: state } },
    { name: '[[GeneratorLocation]]', value: { value: { scriptId: '7', lineNumber, columnNumber: 2 } } },
  ],
})

test('the debugger is enabled once for all suspended functions; those that have gone or ended are left out', () => {
  const { value, batches } = answered(readSuspendedPlaces([11, 12, 13, 14], 60_000), {
    'HeapProfiler.getObjectByHeapObjectId': {
      11: { result: { objectId: 'a' } },
      13: { result: { objectId: 'b' } },
      14: { result: { objectId: 'c' } },
    },
    'Runtime.getProperties': { a: location('suspended', 4), b: {}, c: location('closed', 0) },
  })
  assert.deepEqual([...value], [[11, { line: 5, column: 3, scriptHash: 'abc' }]])
  assert.deepEqual(
    batches.filter(({ withDebugger }) => withDebugger),
    [{ withDebugger: true, methods: Array(3).fill('Runtime.getProperties') }],
  )
})

test('without time, no function is looked for and the debugger is not enabled', () => {
  const { value, batches } = answered(readSuspendedPlaces([11], -1), {})
  assert.equal(value.size, 0)
  assert.deepEqual(batches, [])
})

const shows = (properties) => ({ result: Object.entries(properties).map(([name, value]) => ({ name, value })) })

test('of two variables of one name, the inner is read; scopes further out are not asked for', () => {
  const { value, batches } = answered(readVariables(['fn', null], 2), {
    'Runtime.getProperties': {
      fn: { internalProperties: [{ name: '[[Scopes]]', value: { objectId: 'scopes' } }] },
      scopes: shows({ 0: { objectId: 'inner' }, 1: { objectId: 'outer' }, 2: { objectId: 'module' } }),
      inner: shows({ count: { value: 1 } }),
      outer: shows({ count: { value: 2 }, limit: { value: 5 } }),
    },
  })
  assert.deepEqual(
    value.map((variables) => [...variables].map(([name, { value }]) => [name, value])),
    [
      [
        ['count', 1],
        ['limit', 5],
      ],
      [],
    ],
  )
  assert.equal(batches.length, 4)
})

test('what the code throws, and what the inspector refuses, is thrown here', () => {
  const answers = (answer) => ({ 'Runtime.evaluate': { undefined: answer } })
  const thrown = { result: {}, exceptionDetails: { text: 'Uncaught', exception: { description: 'Error: no' } } }
  assert.throws(() => answered(evaluate({ expression: 'f()' }), answers(thrown)), /answered with an error: Error: no$/)
  assert.throws(() => answered(evaluate({ expression: 'f()' }), {}), InspectorRefusal)
})
