import type { HeapView } from './heap-view.js'
import type { OwnQueue } from './own-turns.js'
import { type ClimbStep, stepsBelow } from './retainer-climb.js'

const LIST = /^(?:Array|Map|Set)$/

/**
 * The queue that a search from a resolver comes by at a step: a field or variable that has a list, map or set with the resolver in
 * it, or, of an object of a class, a chain of plain objects.
 */
export function queueAt(heap: HeapView, step: ClimbStep): OwnQueue | null {
  const { node, edge, below } = step
  if (edge === null || below === null || (edge.type !== 'property' && edge.type !== 'context')) return null
  const isVariable = edge.type === 'context'
  if (!isVariable && /^(?:Object|Array|Map|Set)$/.test(heap.nameOf(node))) return null
  if (LIST.test(heap.nameOf(below.node))) {
    const lists = [...stepsBelow(below)].filter((each) => LIST.test(heap.nameOf(each.node)))
    return { node, fields: [edge.name], isVariable, isKeyed: lists.length > 1 }
  }
  if (isVariable || !isPlain(heap, below.node)) return null
  const fields = heap.edges(node).filter(({ type, name, node: held }) => {
    return type === 'property' && ENDS.test(name) && isPlain(heap, held)
  })
  return { node, fields: [...new Set([edge.name, ...fields.map(({ name }) => name)])], isVariable, isKeyed: false }
}

/** Where a chain begins and ends. */
const ENDS = /^[#_]*(?:head|tail|first|last|front|back|start|end)$/i

function isPlain(heap: HeapView, node: number): boolean {
  return heap.typeOf(node) === 'object' && heap.nameOf(node) === 'Object'
}
