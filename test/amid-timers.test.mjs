// The command interrupts a process anywhere. Amid Node's own code it sets no timer there.
import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { timerClock } from '../dist/attach/in-target.js'

// As the process gets it: by its text, without a file of its own.
const sent = new Function(`return (${timerClock})`)()

test('the clock of timers is read where the program runs', () => {
  const { prototype, clockOffsetMs } = sent(process.getBuiltinModule)
  const timer = setTimeout(() => {}, 0)
  assert.equal(prototype, Object.getPrototypeOf(timer))
  assert.ok(clockOffsetMs >= 0)
  clearTimeout(timer)
})

test('and not amid code of Node.js', () => {
  const answers = []
  const asks = new Function('sent', 'get', 'answers', 'return () => { answers.push(sent(get)) }')
  new EventEmitter().on('asked', asks(sent, process.getBuiltinModule, answers)).emit('asked')
  assert.deepEqual(answers, [{ prototype: null, clockOffsetMs: null }])
})
