// What a program can see of its processes and of the channels between them is the same traced as bare.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, fstatSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createPathFile, inheritedPathFile } from '../dist/threads/path-file.js'

const register = new URL('../dist/register.js', import.meta.url).href
const program = fileURLToPath(new URL('fixtures/child-sees.cjs', import.meta.url))

function run(way, flags, nodeOptions) {
  const { NODE_OPTIONS: _, ...env } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, program, way], {
    env: nodeOptions === '' ? env : { ...env, NODE_OPTIONS: nodeOptions },
    encoding: 'utf8',
    timeout: 60_000,
  })
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout)
}

for (const way of ['fork', 'cluster']) {
  test(`${way}: by a flag`, () => {
    const bare = run(way, ['--no-warnings'], '--stack-trace-limit=20')
    const traced = run(way, ['--no-warnings', `--import=${register}`], '--stack-trace-limit=20')
    const expected = structuredClone(bare)
    expected.seen.execArgv.push(`--import=${register}`)
    expected.spawnargs?.splice(1, 0, `--import=${register}`)
    assert.deepEqual(traced, expected)
    assert.equal(bare.seen.count, way === 'fork' ? 6 : 3)
  })

  test(`${way}: by NODE_OPTIONS`, () => {
    const bare = run(way, [], '')
    const traced = run(way, [], `--import "${register}"`)
    const env = [...bare.seen.env, 'NODE_OPTIONS'].sort()
    assert.deepEqual(traced, { ...bare, seen: { ...bare.seen, env, nodeOptions: `--import "${register}"` } })
  })
}

/** Both ends in one process. */
function pair() {
  const { file, fd } = createPathFile()
  return { sender: file, receiver: inheritedPathFile(fd, file.identity), fd }
}

test('paths are read as they were left, also by a reader that is late', () => {
  const { sender, receiver, fd } = pair()
  const path = (number) => `${number} ${'ä'.repeat(number % 3_000)}`
  let [sent, received] = [0, 0]
  for (const [count, taken] of [
    [1, 1],
    [300, 100],
    [0, 200],
    [1_000, 1_000],
  ]) {
    for (let i = 0; i < count; i++) assert.equal(sender.write(sent, path(sent++)), true)
    for (let i = 0; i < taken; i++) assert.equal(receiver.read(received), path(received++))
  }
  assert.equal(receiver.read(received), null, 'not sent yet')
  receiver.write(0, 'back')
  assert.equal(sender.read(0), 'back')
  // The reader keeps up: the file stays small.
  const { size } = fstatSync(fd)
  for (let i = 0; i < 5_000; i++) {
    sender.write(sent, path(2_999))
    assert.equal(receiver.read(sent++), path(2_999))
  }
  assert.equal(fstatSync(fd).size, size)
  sender.close()
})

test('a reader that is too late gets no path, and never another one', () => {
  const { sender, receiver } = pair()
  const path = (number) => `${number} ${'x'.repeat(100_000)}`
  for (let i = 0; i < 100; i++) sender.write(i, path(i))
  const read = Array.from({ length: 100 }, (_, i) => receiver.read(i))
  for (const [i, text] of read.entries()) assert.ok(text === null || text === path(i))
  assert.equal(read[0], null)
  assert.equal(read[99], path(99))
  assert.equal(sender.write(100, 'x'.repeat(2 ** 21)), false)
  sender.close()
})

test('a file that the program opened under our number is left alone', () => {
  const { sender, receiver, fd } = pair()
  sender.write(0, 'a path')
  closeSync(fd)
  const name = join(tmpdir(), `async-trace-processes-${process.pid}`)
  writeFileSync(name, 'its own')
  const own = openSync(name, 'r+')
  try {
    assert.equal(own, fd, 'the lowest free number is taken')
    assert.deepEqual([sender.write(1, 'a path'), receiver.read(0)], [false, null])
    sender.close()
    assert.equal(readFileSync(name, 'utf8'), 'its own')
    fstatSync(own)
  } finally {
    closeSync(own)
    rmSync(name)
  }
})
