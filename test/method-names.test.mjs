// The name of a function by the code around it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameByCode } from '../dist/heap/method-names.js'

/** @param mark what the function begins with, in one of the lines. */
function nameOf(name, text, mark, { startLine = 0, startColumn = 0 } = {}) {
  const lines = text.split('\n')
  const row = lines.findIndex((line) => line.includes(mark))
  const column = lines[row].indexOf(mark) + 1 + (row === 0 ? startColumn : 0)
  return nameByCode(name, { lines, startLine, startColumn }, { line: row + 1 + startLine, column })
}

const CLASSES = `class Animal {
  async call(who) { await who }
  static find = async (id) => id
}
const Cat = class extends Animal {
  purr() { return { hiss(loudly) {} } }
}
function Store() {}
Store.prototype.load = async function load(key) {}
const plain = { run(fast) {} }`

test('a method has the class in which it is written', () => {
  assert.equal(nameOf('call', CLASSES, '(who)'), 'Animal.call')
  assert.equal(nameOf('find', CLASSES, 'async (id)'), 'Animal.find')
  assert.equal(nameOf('purr', CLASSES, '() {'), 'Cat.purr')
})

test('and a function on a prototype, by its keyword or its parameters', () => {
  assert.equal(nameOf('load', CLASSES, 'async function'), 'Store.load')
  assert.equal(nameOf('load', CLASSES, '(key)'), 'Store.load')
})

test('a function in an object literal has its own name, in a class as well', () => {
  assert.equal(nameOf('hiss', CLASSES, '(loudly)'), 'hiss')
  assert.equal(nameOf('run', CLASSES, '(fast)'), 'run')
})

test('names that need no class, and scripts that begin elsewhere', () => {
  assert.equal(nameOf('#call', CLASSES, '(who)'), '#call')
  assert.equal(nameOf('<anonymous>', CLASSES, '(who)'), '<anonymous>')
  assert.equal(nameOf('call', CLASSES, '(who)', { startLine: 10, startColumn: 3 }), 'Animal.call')
  assert.equal(nameByCode('call', null, { line: 1, column: 1 }), 'call')
})

const KEYED = `class Client {
  async [kSend](body) {}
  [kClose] () {}
  [kOpen] = (port) => {}
}
const other = { *[keys.next](step) {}, call(fine) {} }`

test('a method on a symbol has the key of the source, from wherever it begins', () => {
  assert.equal(nameOf('[send]', KEYED, 'async [kSend]'), 'Client.[kSend]')
  assert.equal(nameOf('<anonymous>', KEYED, '(body)'), 'Client.[kSend]')
  assert.equal(nameOf('[close]', KEYED, '[kClose]'), 'Client.[kClose]')
  assert.equal(nameOf('[next]', KEYED, '*[keys.next]'), '[keys.next]')
})

test('what is only assigned to a symbol, or has a name of its own, keeps its name', () => {
  assert.equal(nameOf('[open]', KEYED, '(port)'), 'Client.[open]')
  assert.equal(nameOf('dynamic', KEYED, 'async [kSend]'), 'Client.dynamic')
  assert.equal(nameOf('call', KEYED, 'call(fine)'), 'call')
})
