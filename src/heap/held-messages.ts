import { classOf } from './class-of.js'
import { type HeapView, NONE } from './heap-view.js'

/** Further out are the scopes of modules, as a rule. */
const MOST_SCOPES = 6
const MOST_VALUES = 100
const MOST_PROPERTIES = 100

/**
 * Which of some objects a suspended function or a closure can use through its own variables: as the value of one, or as a
 * property of that (`context.res`, `reply.raw`). Not through the variables of a whole module, which all its functions share.
 *
 * @param fn the generator object of a suspended function, or a closure.
 */
export function heldBy(heap: HeapView, fn: number, wanted: ReadonlySet<number>): ReadonlySet<number> {
  const held = new Set<number>()
  for (const value of ownValues(heap, fn)) {
    if (wanted.has(value)) held.add(value)
    else if (heap.typeOf(value) === 'object') {
      for (const { type, name, node } of heap.edges(value).slice(0, MOST_PROPERTIES)) {
        if (type === 'property' && !OF_NODE.has(name) && wanted.has(node)) held.add(node)
      }
    }
  }
  return held
}

/** By these a socket or parser of Node's refers to whatever request it is used for just now. */
const OF_NODE = new Set(['_httpMessage', 'incoming', 'outgoing'])

function* ownValues(heap: HeapView, fn: number): Generator<number> {
  const registers = heap.child(fn, 'parameters_and_registers')
  if (registers !== NONE) {
    for (const { node, type } of heap.edges(registers).slice(0, MOST_VALUES)) if (type !== 'weak') yield node
  }
  let scope = heap.child(fn, 'context')
  for (let count = 0; count < MOST_SCOPES && isInner(heap, scope); count++) {
    for (const { type, node } of heap.edges(scope).slice(0, MOST_VALUES)) if (type === 'context') yield node
    scope = heap.child(scope, 'previous')
  }
}

/** Whether a scope is of a function or block, and not the outermost of a script or module. */
function isInner(heap: HeapView, scope: number): boolean {
  if (scope === NONE || classOf(heap.nameOf(scope)) !== 'system / Context') return false
  const outer = heap.child(scope, 'previous')
  return outer !== NONE && !heap.nameOf(outer).startsWith('system / NativeContext')
}
