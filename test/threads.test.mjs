// Paths across threads: what the programs in test/programs/threads-*.mjs do not show.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runsEveryCase, testEveryCase } from './every-case.mjs'
import { runFile } from './node.mjs'

const WAYS = [
  'eval',
  'data',
  'esm',
  'path',
  'cjs',
  'shared environment',
  'own environment',
  'own flags',
  'no flags',
  'resource limits',
  'subclass',
]
for (const way of WAYS) {
  test(`a worker prints who posted to it: ${way}`, () => {
    const flags = ['--expose-gc', '--max-old-space-size=512']
    const lines = runFile('./fixtures/thread-ways.mjs', { args: [way], flags })
      .trimEnd()
      .split('\n')
    assert.match(lines[0], /^↑ onMessage\(\) at line [34] \[/)
    assert.match(lines[1], /^ {2}↑ post\(\) at line \d+ \[.*\] \[WORKER\]$/)
    assert.match(lines[2], /^ {4}↑ <module> at line \d+ \[/)
    assert.deepEqual(lines.slice(3), ['      ↑ Task-1'])
  })
}

const linesOf = (file, options) =>
  runFile(`./fixtures/${file}`, options)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

test('names, threads and tasks along a path', () => {
  const shown = linesOf('thread-names.mjs')
  for (const [name, threadId, lines] of [
    ['thumbnails', 1, shown.slice(0, 4)],
    ['Worker-2', 2, shown.slice(4)],
  ]) {
    const [first, message, renamed, answer] = lines
    assert.deepEqual(
      lines.map((line) => [line.label, line.threadId, line.inExecutor]),
      [
        ['first', threadId, false],
        ['message', threadId, false],
        ['renamed', threadId, false],
        ['answer', 0, false],
      ],
    )
    assert.deepEqual([first.current.name, first.current.kind], [name, 'root'])
    // The main thread's root is 1.
    assert.ok(first.current.id > 1 && first.current.id < 1000)
    const made = first.frames.find((frame) => frame.boundary === 'worker')
    assert.deepEqual([made.name, made.threadId, made.task.name, made.task.threadId], ['start', 0, name, threadId])
    assert.deepEqual([message.current.kind, message.current.at], ['worker', '<anonymous>'])
    assert.equal(renamed.current.name, 'renamed')
    assert.equal(renamed.current.id, message.current.id)
    // In the main thread, the worker's task has the name that it was given there.
    assert.deepEqual(
      answer.frames.filter((frame) => frame.boundary).map((frame) => [frame.boundary, frame.threadId, frame.task.name]),
      [
        ['worker', threadId, answer.current.name],
        ['worker', 0, 'renamed'],
      ],
    )
    for (const line of lines) {
      const root = line.frames.at(-1)
      assert.deepEqual([root.name, root.threadId, root.task.kind], ['Task-1', 0, 'root'])
      assert.ok(line.current.fresh)
    }
  }
})

test('messages that could be taken for one another', () => {
  assert.deepEqual(Object.fromEntries(linesOf('thread-doubts.mjs')), {
    nested: [
      ['same', 'inner'],
      ['same', 'outer'],
      ['same', 'next'],
    ],
    refused: [
      ['same', 'sent'],
      ['same', 'sent'],
    ],
    // While tracing is off nobody counts: what is known of a port is then over.
    switched: [
      ['same', 'first'],
      ['same', '<not traced>'],
      ['same', '<not traced>'],
    ],
    'switched while waiting': [
      ['same', '<not traced>'],
      ['same', '<not traced>'],
    ],
    'off in the worker': [
      [['on', 'ask'], 'reply'],
      [['off', '<not traced>'], '<not traced>'],
      [['off', '<not traced>'], '<not traced>'],
      [['on again', '<not traced>'], '<not traced>'],
      ['main', 'elsewhere'],
    ],
  })
})

const JOBS = runsEveryCase ? 10_000 : 500
test(`${JOBS} jobs at once over two workers have the right paths`, () => {
  for (const counts of linesOf('threads-jobs.mjs', { args: [String(JOBS)] })) {
    assert.deepEqual([counts.right, counts.wrong, counts.none], [JOBS, 0, 0], JSON.stringify(counts))
  }
})

test('workers killed in the middle of their jobs', () => {
  const [counts] = linesOf('threads-killed.mjs')
  assert.equal(counts.wrong, 0)
  assert.equal(counts.faults, 0)
  assert.ok(counts.right > 50, JSON.stringify(counts))
})

testEveryCase('fifty thousand messages that wait: a right path or none, in bounded memory', () => {
  const [{ right, wrong, none, status, sharedMb }] = linesOf('threads-undelivered.mjs')
  assert.equal(wrong, 0)
  assert.equal(right + none, 50_000)
  assert.ok(right > 5000 && none > 5000)
  assert.equal(status.pathsLost, none)
  assert.equal(status.faults, 0)
  assert.ok(sharedMb < 20)
})

test('messages to and fro for long: the path stays short', () => {
  const [{ shown, grownMb, status, sharedMb }] = linesOf('threads-pingpong.mjs')
  assert.deepEqual(shown, [
    ['ping', 'worker', 19_999],
    ['pong', 'worker', 19_999],
    ['ping', 'worker', 1],
    ['serve', 'worker', 1],
    ['<module>', null, 1],
    ['Task-1', null, 1],
  ])
  assert.deepEqual([status.faults, status.pathsLost], [0, 0])
  assert.ok(grownMb < 16 && sharedMb < 20)
})

const HAS_POOL_FRAMES = new Set([
  'piscina',
  'piscina, no promise',
  'tinypool',
  'workerpool with processes',
  'poolifier with processes',
  'poolifier, no promise',
])

test('the stack of an error of a job ends with the submitting path, if that is asked for', () => {
  const errors = linesOf('error-paths.mjs')
  assert.equal(errors.length, 44)
  for (const { name, errorPaths, message, stack } of errors) {
    const at = stack.findIndex((line) => /^ {4}-- executor Task-\d+ --$/.test(line))
    assert.equal(message, 'thrown')
    assert.equal(stack[0], 'RangeError: thrown')
    assert.equal(at !== -1, errorPaths, name)
    const own = errorPaths ? stack.slice(1, at) : stack.slice(1)
    assert.match(own[0], /^ {4}at ([\w.]+\.)?work(AtOnce)? \(.*error-paths(-process)?\.[mc]js:\d+:\d+\)$/)
    // Of the pool's frames none is left; without the path, the stack is as it was thrown.
    assert.equal(own.length > 1, !errorPaths && HAS_POOL_FRAMES.has(name), `${name}: ${own}`)
    if (!errorPaths) continue
    const names = stack
      .slice(at + 1)
      .map((line) => /^ {4}at (\S+) \(.*error-paths\.mjs:\d+:\d+\)$/.exec(line)?.[1] ?? line)
    assert.deepEqual(names, ['submit', '<anonymous>', 'main', '<module>', '    -- Task-1 --'])
  }
})

test('production mode: what is not followed in one thread is not followed in the other', () => {
  const [turns] = linesOf('threads-sampling.mjs')
  const shown = new Set()
  for (const { there, back, sample } of turns) {
    assert.equal(sample, 0.5)
    const isFollowed = there.includes('post')
    shown.add(isFollowed)
    assert.equal(back.includes('post'), isFollowed)
    assert.equal(there.includes('<not sampled>'), !isFollowed)
    assert.equal(back.includes('<not sampled>'), !isFollowed)
  }
  assert.equal(shown.size, 2)
})

test('what tracing patches for threads is there again once it is off', () => {
  for (const { changed, left } of linesOf('thread-descriptors.mjs')) {
    assert.ok(changed.includes('workerThreads.Worker') && changed.includes('port.postMessage'))
    assert.ok(changed.includes('child.spawn'))
    assert.deepEqual(left, [])
  }
})

test('a child starts from a path that no environment has room for; its own path ends there', () => {
  const { path, code } = JSON.parse(runFile('./fixtures/fork-from-deep.mjs'))
  assert.equal(code, 0)
  assert.deepEqual(path.slice(-2), ['<not traced>', 'Task-1'])
})
