// Functions that nothing can resume any more are found in memory, as long as V8 has not collected them; waiting ones are not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, memorySkip, start, stop } from './targets.mjs'

const register = new URL('../dist/register.js', import.meta.url).href

test('lost functions, by place, and none that can go on', { skip: memorySkip() }, async () => {
  const target = await start('lost.mjs')
  try {
    const { stdout, stderr, code } = await ask(['leaks', target.pid, '--pause', '60'])
    assert.equal(code, 0, stderr)
    assert.equal(
      stdout,
      `\
4 functions will never continue: nothing can settle what they wait for
  3 × loses() lost.mjs:4
  inner() lost.mjs:11
`,
    )
    const { lost, resources } = JSON.parse((await ask(['leaks', target.pid, '--json', '--pause', '60'])).stdout)
    assert.deepEqual([lost.map(({ count }) => count).sort(), resources], [[1, 3], []])
  } finally {
    await stop(target)
  }
})

test('tree says so, too, though V8 collects them when the inspector is asked', { skip: memorySkip() }, async () => {
  const target = await start('lost.mjs')
  try {
    const { stdout, stderr } = await ask(['tree', target.pid])
    assert.match(stdout, /^4 functions will never continue: .*\n {2}3 × loses\(\) lost\.mjs:4\n/)
    assert.match(stderr, /listed once: V8 has collected them while it was asked|^$|its inspector/)
  } finally {
    await stop(target)
  }
})

for (const command of ['leaks', 'tree']) {
  test(`a recorded process says so at the first question: ${command}`, { skip: memorySkip() }, async () => {
    const target = await start('abandoned.mjs', { flags: ['--import', register] })
    try {
      const { stdout, stderr, code } = await ask([command, target.pid, '--pause', '60'])
      assert.equal(code, 0, stderr)
      assert.match(stdout, /^1 function will never continue: .*\n {2}abandons\(\) abandoned\.mjs:4\n/, stderr)
      // It was collected, and stays counted.
      assert.match((await ask([command, target.pid, '--pause', '60'])).stdout, /^1 function will never continue: /)
    } finally {
      await stop(target)
    }
  })
}

test('what can no longer happen is listed', { skip: memorySkip() }, async () => {
  const target = await start('never.mjs')
  try {
    const { stdout, stderr } = await ask(['leaks', target.pid, '--pause', '60'])
    assert.match(stdout, /waits? for something that can no longer happen/, stderr)
    const { never } = JSON.parse((await ask(['leaks', target.pid, '--json', '--pause', '60'])).stdout)
    assert.ok(never.length > 0)
  } finally {
    await stop(target)
  }
})

test('without any, that is said', { skip: memorySkip() }, async () => {
  const target = await start('deadlock.mjs')
  try {
    const { stdout } = await ask(['leaks', target.pid, '--pause', '60'])
    assert.equal(
      stdout,
      'No lost function, no wait for something that can no longer happen, and no leaked part of a pool or lock was found.\n',
    )
  } finally {
    await stop(target)
  }
})
