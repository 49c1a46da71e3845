import { type HeapGraph, NONE } from './heap-graph.js'

/** V8's name of the script that a function is from; null for V8's own. */
export function scriptOf(heap: HeapGraph, fn: number): string | null {
  const shared = heap.child(fn, 'shared')
  let script = heap.child(shared, 'script')
  if (script === NONE) script = heap.child(shared, 'script_or_debug_info')
  if (script !== NONE && heap.child(script, 'name') === NONE) {
    const inner = heap.child(script, 'script')
    if (inner !== NONE) script = inner
  }
  const name = heap.nameOf(heap.child(script, 'name'))
  return name === '' ? null : name
}

/** True for functions of the program and its packages, not of Node.js and V8. */
export function isUsers(heap: HeapGraph, fn: number): boolean {
  const script = scriptOf(heap, fn)
  return script !== null && !script.startsWith('node:') && script !== 'async-trace'
}

/** For a person to read: a module's top level and functions without a name have one in angle brackets. */
export function shownNameOf(heap: HeapGraph, fn: number): string {
  const name = nameOfFunction(heap, fn)
  if (name !== '') return name
  const location = heap.locationOf(fn)
  return location?.line === 1 && location.column === 1 ? '<module>' : '<anonymous>'
}

/** As the program names it; empty where it has no name. */
export function nameOfFunction(heap: HeapGraph, fn: number): string {
  return heap.nameOf(fn).split(' / ')[0] ?? ''
}
