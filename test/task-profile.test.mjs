// Pending tasks as a pprof profile, read back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { Profile } from 'pprof-format'
import { taskProfile } from '../dist/format/task-profile.js'
import { dump, task } from './samples.mjs'

test('tasks that are alike are one sample, with their number and their ages; others are not', () => {
  const samples = readProfile(taskProfile(dump()))
  const retries = samples.filter(({ stack }) => stack[0] === 'retry retry.mjs:5:3')
  assert.equal(retries.length, 1)
  assert.deepEqual(retries[0].stack, ['retry retry.mjs:5:3', 'start retry.mjs:9:3'])
  assert.equal(retries[0].tasks, 3)
  const ages = dump()
    .tasks.filter(({ functionExecuting }) => functionExecuting === 'retry')
    .map(({ ageMs }) => ageMs)
  assert.equal(
    retries[0].ageMs,
    ages.reduce((a, b) => a + b),
  )
  assert.equal(retries[0].labels.state, 'PENDING')
  assert.match(retries[0].labels['waiting on'], /^setTimeout 5000 ms, … remaining$/)
  assert.equal(
    samples.reduce((sum, { tasks }) => sum + tasks, 0),
    dump().tasks.length,
  )
})

test('a stack goes from the await out, and on into the path of creation; the root task is no function', () => {
  const [checkout] = readProfile(taskProfile(dump())).filter(({ stack }) => stack[0].startsWith('loadUser'))
  assert.deepEqual(checkout.stack, [
    'loadUser user.mjs:20:3',
    'handler app.mjs:10:3',
    'dispatch router.mjs:33:3',
    'onRequest router.mjs:12:3',
  ])
})

test('an unknown age adds nothing; without tasks there are no samples', () => {
  const [first] = dump().tasks
  const [sample] = readProfile(taskProfile({ ...dump(), tasks: [{ ...first, task: task(1), ageMs: Number.NaN }] }))
  assert.deepEqual([sample.tasks, sample.ageMs], [1, 0])
  assert.deepEqual(readProfile(taskProfile({ ...dump(), tasks: [] })), [])
})

function readProfile(bytes) {
  const profile = Profile.decode(gunzipSync(bytes))
  const { strings } = profile.stringTable
  const text = (index) => strings[Number(index)]
  assert.deepEqual(
    profile.sampleType.map(({ type, unit }) => [text(type), text(unit)]),
    [
      ['tasks', 'count'],
      ['age', 'nanoseconds'],
    ],
  )
  const named = new Map(
    profile.function.map(({ id, name, filename }) => [id, `${text(name)} ${baseName(text(filename))}`]),
  )
  const places = new Map(
    profile.location.map(({ id, line: [{ functionId, line, column }] }) => [
      id,
      `${named.get(functionId)}:${line}:${column}`,
    ]),
  )
  return profile.sample.map(({ locationId, value: [tasks, ageNs], label }) => ({
    stack: locationId.map((id) => places.get(id)),
    tasks: Number(tasks),
    ageMs: Number(ageNs) / 1e6,
    labels: Object.fromEntries(label.map(({ key, str }) => [text(key), text(str)])),
  }))
}

function baseName(path) {
  return path.replace(/^.*\//, '')
}
