// A dump of tasks as a person, or a terminal, reads it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tasksTable } from '../dist/format/tasks-table.js'
import { formatTasks } from '../dist/showing.js'
import { at, dump, task } from './samples.mjs'

test('a thread dump: threads with state and pause, alike tasks as one, await chains with their source', () => {
  assert.equal(
    formatTasks(dump(), { paths: 'basename' }),
    `Process 4711 at 2026-01-02T03:04:05.000Z: 5 tasks in 2 threads

Thread 0 (main): answered, paused 1.2 ms, 5 tasks (1 ready, 4 pending)

  READY, 3 ms old: Task-2
      in          flush() log.mjs:8:3  │ await drained
      created by  main() main.mjs:2:3

  PENDING, 2 min 5 s old: checkout (Task-7)
      in          handler() app.mjs:10:3    │ const user = await loadUser(id)
                  loadUser() user.mjs:20:3  │ return await pool.query(sql)
      waits for   socket 127.0.0.1:5432, made by connect() db.mjs:7:3
      created by  dispatch() router.mjs:33:3 [ASYNC]
                  onRequest() router.mjs:12:3 [CALLBACK] ×3
                  Task-1

  PENDING ×3, 400 ms to 4.1 s old: Task-13, Task-11, Task-12
      in          retry() retry.mjs:5:3  │ await sleep(5000)
      waits for   setTimeout 5000 ms, 900 ms remaining, 2 others alike, made by sleep() sleep.mjs:2:3
      created by  start() retry.mjs:9:3

Thread 3 (hash): busy, no tasks read; it is running
    at spin() spin.mjs:4:3
    at <module> spin.mjs:9:3`,
  )
})

test('a table: tasks that are alike share a line, most first, and a busy thread has one', () => {
  assert.equal(
    formatTasks(dump(), { format: 'table', paths: 'basename' }),
    `\
THREAD  COUNT  TASK  STATE    AGE        NAME      FUNCTION  AT             INNERMOST                 WAITS FOR
0       3      13    PENDING  4.1 s      -         retry     retry.mjs:5:3  -                         setTimeout 5000 ms, 900 ms to 4.6 s remaining
0       1      7     PENDING  2 min 5 s  checkout  handler   app.mjs:10:3   loadUser() user.mjs:20:3  socket 127.0.0.1:5432
0       1      2     READY    3 ms       -         flush     log.mjs:8:3    -                         -
3       1      -     BUSY     -          hash      spin      spin.mjs:4:3   -                         -`,
  )
})

test('a table: a long name stands out of its column, and widens no other line', () => {
  const name = 'n'.repeat(5_000)
  const [first, ...rest] = dump().tasks
  const text = formatTasks({ ...dump(), tasks: [{ ...first, functionExecuting: name }, ...rest] }, { format: 'table' })
  const lines = text.split('\n')
  assert.equal(lines.filter((line) => line.includes(name)).length, 1)
  assert.ok(lines.every((line) => line.includes(name) || line.length < 300))
})

test('a table of all: a line a task, the oldest first', () => {
  assert.equal(
    formatTasks(dump(), { format: 'table', paths: 'basename', all: true }),
    `\
THREAD  TASK  STATE    AGE        NAME      FUNCTION  AT             INNERMOST                 WAITS FOR
0       7     PENDING  2 min 5 s  checkout  handler   app.mjs:10:3   loadUser() user.mjs:20:3  socket 127.0.0.1:5432
0       13    PENDING  4.1 s      -         retry     retry.mjs:5:3  -                         setTimeout 5000 ms, 900 ms remaining
0       11    PENDING  1.2 s      -         retry     retry.mjs:5:3  -                         setTimeout 5000 ms, 3.8 s remaining
0       12    PENDING  400 ms     -         retry     retry.mjs:5:3  -                         setTimeout 5000 ms, 4.6 s remaining
0       2     READY    3 ms       -         flush     log.mjs:8:3    -                         -
3       -     BUSY     -          hash      spin      spin.mjs:4:3   -                         -`,
  )
})

test('a table without stacks: what is known of a task is one place of its chain', () => {
  const tasks = dump().tasks.map(({ stack, ...rest }) => rest)
  const [heading, chain] = formatTasks({ ...dump(), tasks }, { format: 'table', paths: 'basename', all: true }).split(
    '\n',
  )
  assert.match(heading, / FUNCTION +AT +INNERMOST +WAITS FOR$/)
  assert.match(chain, / handler +- +loadUser\(\) user\.mjs:20:3 +socket/)
})

test('a table names the task that another waits for, and no names where none were given', () => {
  const [one] = dump().tasks
  const waitingOn = { kind: 'task', label: 'Task-11', createdAt: null, taskId: 11 }
  const other = { ...one, task: task(12), waitingOn, functionExecuting: 'other' }
  const table = formatTasks({ ...dump(), threads: [], tasks: [one, other] }, { format: 'table' })
  assert.match(table, /task 11: retry/)
  assert.doesNotMatch(table, /NAME|Task-/)
})

test('text without stacks names the outermost function of a chain as well', () => {
  const [one] = dump().tasks.filter(({ stack }) => (stack?.length ?? 0) > 1)
  const { stack, createdPath, ...rest } = one
  const text = formatTasks({ ...dump(), tasks: [rest] }, { paths: 'basename' })
  assert.match(text, /^ +in +handler\(\) …\n +loadUser\(\) user\.mjs:20:3 +│ return await pool\.query\(sql\)$/m)
})

test('JSON is the dump itself', () => {
  assert.deepEqual(JSON.parse(formatTasks(dump(), { format: 'json' })), dump())
})

test('tasks that differ in where they wait or where they were created are not one group', () => {
  const one = (id, currentFrame, createdAt) => ({
    ...{ task: task(id, { createdAt }), state: 'PENDING', functionExecuting: 'f', currentFrame, ageMs: 5 },
    waitingOn: null,
  })
  const here = at('f', 'f.mjs', 1, 'await a')
  const there = at('f', 'f.mjs', 2, 'await b')
  const by = at('main', 'main.mjs', 1)
  const groups = (tasks) => formatTasks({ ...dump(), tasks }).match(/^ {2}PENDING.*$/gm)
  assert.deepEqual(groups([one(2, here, by), one(3, here, by)]), ['  PENDING ×2, 5 ms old: Task-2, Task-3'])
  assert.equal(groups([one(2, here, by), one(3, there, by)]).length, 2)
  assert.equal(groups([one(2, here, by), one(3, here, there)]).length, 2)
})

test('names and sources cannot command the terminal', () => {
  const evil = '\u001b[2J\u202e"\n'
  const [first] = dump().tasks
  const text = JSON.stringify({
    ...dump(),
    tasks: [{ ...first, task: task(1, { name: evil }), functionExecuting: evil }],
  })
  const all = JSON.parse(text.replaceAll('setTimeout', '\\u001b[31msetTimeout'))
  for (const format of ['text', 'table', 'json']) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
    assert.doesNotMatch(formatTasks(all, { format }), /[\u0000-\u0009\u000b-\u001f\u007f\u202e]/)
  }
})

test('a chain a hundred thousand deep, and a hundred thousand tasks, are shown without overflow', () => {
  const [first] = dump().tasks
  const frame = at('f', 'f.mjs', 1, 'await f()')
  const deep = { ...first, stack: Array.from({ length: 100_000 }, () => frame) }
  const lines = formatTasks({ ...dump(), tasks: [deep] }).split('\n')
  assert.ok(lines.length < 60, `${lines.length} lines`)
  assert.ok(lines.some((line) => line.includes('… 99960 more …')))
  const many = Array.from({ length: 100_000 }, (_, i) => ({ ...first, task: task(i + 1, { createdAt: null }) }))
  assert.match(formatTasks({ ...dump(), tasks: many }), / {2}PENDING ×100000, /)
})

test('what is no dump, and unknown options, are refused', () => {
  const invalid = (code, message) => ({ name: 'TypeError', code, message })
  assert.throws(() => formatTasks([]), invalid('ERR_INVALID_ARG_TYPE', /^The "dump" argument must be a TaskDump/))
  const options = { format: 'xml' }
  assert.throws(() => formatTasks(dump(), options), invalid('ERR_INVALID_ARG_VALUE', /"options.format".*'xml'/))
})

test('what is not known stands below the table, thread by thread', () => {
  const [main, busy] = dump().threads
  const threads = [{ ...main, incomplete: 'Tracing is off.' }, busy]
  const text = formatTasks({ ...dump(), threads }, { format: 'table' })
  assert.ok(text.endsWith('\n\nThread 0: Tracing is off.'))
  assert.doesNotMatch(formatTasks(dump(), { format: 'table' }), /Thread/)
})

test('a table that is too wide for the terminal has below each line what has no room in it', () => {
  assert.equal(
    tasksTable(dump(), 'basename', { columns: 60 }),
    `\
THREAD  COUNT  TASK  STATE    AGE        NAME      FUNCTION
0       3      13    PENDING  4.1 s      -         retry
    retry.mjs:5:3
    waits for setTimeout 5000 ms, 900 ms to 4.6 s remaining
0       1      7     PENDING  2 min 5 s  checkout  handler
    app.mjs:10:3
    innermost: loadUser() user.mjs:20:3
    waits for socket 127.0.0.1:5432
0       1      2     READY    3 ms       -         flush
    log.mjs:8:3
3       1      -     BUSY     -          hash      spin
    spin.mjs:4:3`,
  )
})
