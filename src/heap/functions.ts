import { isScriptOfProgram } from '../model/package-of.js'
import { type HeapView, NONE } from './heap-view.js'

/**
 * V8's name of the script that a function is from; null for V8's own. Where the heap does not tell the name, its URL, as
 * `nameScripts` was given it.
 */
export function scriptOf(heap: HeapView, fn: number): string | null {
  const node = scriptName(heap, fn)
  const name = isCut(heap, node) ? heap.scriptUrlOf(fn) : heap.nameOf(node)
  return name === '' ? null : name
}

function isCut(heap: HeapView, name: number): boolean {
  return name !== NONE && /^(?:sliced|concatenated) string$/.test(heap.typeOf(name))
}

function scriptName(heap: HeapView, fn: number): number {
  return heap.child(scriptNode(heap, fn), 'name')
}

/** V8's own object of the script that a function is from; `NONE` where it has none. */
export function scriptNode(heap: HeapView, fn: number): number {
  const shared = heap.child(fn, 'shared')
  let script = heap.child(shared, 'script')
  if (script === NONE) script = heap.child(shared, 'script_or_debug_info')
  if (script !== NONE && heap.child(script, 'name') === NONE) {
    const inner = heap.child(script, 'script')
    if (inner !== NONE) script = inner
  }
  return script
}

/** By V8's object of the script, of each heap: thousands of functions are from one script. */
const scriptsOfProgram = new WeakMap<HeapView, Map<number, boolean>>()

/**
 * True for functions of the program and its packages, not of Node.js and V8: Node gives its own scripts names that V8
 * never cuts.
 */
export function isUsers(heap: HeapView, fn: number): boolean {
  const script = scriptNode(heap, fn)
  let known = scriptsOfProgram.get(heap)
  if (known === undefined) {
    known = new Map()
    scriptsOfProgram.set(heap, known)
  }
  const isOne = known.get(script)
  if (isOne !== undefined) return isOne
  const name = scriptOf(heap, fn)
  const isNamed = !isCut(heap, scriptName(heap, fn))
  const found = name === null ? !isNamed : isScriptOfProgram(name)
  // A name that V8 has cut may become known later.
  if (isNamed) known.set(script, found)
  return found
}

/** For a person to read: a module's top level and functions without a name have one in angle brackets. */
export function shownNameOf(heap: HeapView, fn: number): string {
  const name = nameOfFunction(heap, fn)
  if (name !== '') return name
  const location = heap.locationOf(fn)
  return location?.line === 1 && location.column === 1 ? '<module>' : '<anonymous>'
}

/** As the program names it; empty where it has no name. */
export function nameOfFunction(heap: HeapView, fn: number): string {
  const name = heap.nameOf(fn)
  const end = name.indexOf(' / ')
  return end === -1 ? name : name.slice(0, end)
}
