import { nameOfFunction } from '../heap/functions.js'
import type { MemoryHeap } from './memory-heap.js'

/** In the object of a suspended function (V8 11.3 to 14.6). */
const RECEIVER = 40

/**
 * The name of a suspended call as V8's stack traces have it: `Store.load` for a method, where the function is called on
 * an object. Source: V8's `AppendMethodCall` in call-site-info.cc.
 */
export function callName(heap: MemoryHeap, generator: number, fn: number, shownName: string): string {
  const name = nameOfFunction(heap, fn)
  const receiver = heap.engine.words.word(generator - 1 + RECEIVER)
  const type = typeNameOf(heap, receiver)
  // V8 names private methods without their class.
  if (type === null || name === '' || name.startsWith('#')) return shownName
  return name.startsWith(type) ? name : `${type}.${name}`
}

/** Null where the function was called on nothing. */
function typeNameOf(heap: MemoryHeap, receiver: number): string | null {
  const { classes, layout } = heap.engine
  const type = classes.typeOf(receiver)
  if (!layout.isObject(type) || layout.nameOfType(type) === 'JS_GLOBAL_PROXY') return null
  if (heap.typeOf(receiver) !== 'closure') return heap.nameOf(receiver)
  // A static method is called on its class, any other function's on a function.
  const isClass = layout.nameOfType(type) !== 'JS_FUNCTION'
  return isClass ? nameOfFunction(heap, receiver) || 'Function' : 'Function'
}
