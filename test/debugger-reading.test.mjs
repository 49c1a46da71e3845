// What is asked of V8's debugger, and how its answers are read, whichever process gives them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSuspendedPlaces, readTexts } from '../dist/engine/debugger-reading.js'

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
    step = reading.next({ results, scripts })
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

const location = (scriptId, lineNumber, columnNumber) => ({
  internalProperties: [{ name: '[[GeneratorLocation]]', value: { value: { scriptId, lineNumber, columnNumber } } }],
})

test('the debugger is enabled once for all suspended functions; one that has gone is left out', () => {
  const { value, batches } = answered(readSuspendedPlaces([11, 12, 13], 60_000), {
    'HeapProfiler.getObjectByHeapObjectId': { 11: { result: { objectId: 'a' } }, 13: { result: { objectId: 'b' } } },
    'Runtime.getProperties': { a: location('7', 4, 2), b: {} },
  })
  assert.deepEqual([...value], [[11, { line: 5, column: 3, scriptHash: 'abc' }]])
  assert.deepEqual(
    batches.filter(({ withDebugger }) => withDebugger),
    [{ withDebugger: true, methods: ['Runtime.getProperties', 'Runtime.getProperties'] }],
  )
})

test('without time, no function is looked for and the debugger is not enabled', () => {
  const { value, batches } = answered(readSuspendedPlaces([11], -1), {})
  assert.equal(value.size, 0)
  assert.deepEqual(batches, [])
})
