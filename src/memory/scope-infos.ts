import type { EngineHeap } from './engine-heap.js'
import { smallInteger } from './words.js'

/** More variables than this have their names in a hash table of the scope. */
export const MOST_INLINED_NAMES = 75
/** Of a scope's flags (V8 11.3 to 14.6). */
const KIND = 15
const MODULE = 3

/** The field of a scope's info in which the names of its variables begin; a module's has one more before them. */
export function firstVariableField({ words, layout }: EngineHeap, scope: number): number {
  const field = (index: number) => words.word(scope - 1 + 8 + 8 * index)
  const first = layout.scopeFirstVariable
  const isNumber = smallInteger(field(first)) !== null
  const hasVariables = (smallInteger(field(layout.scopeVariableCount)) ?? 0) > 0
  return isNumber && (hasVariables || (scopeFlags(words, scope) & KIND) === MODULE) ? first + 1 : first
}

/** A small integer, or a number as it is (from V8 13 on). */
export function scopeFlags(words: EngineHeap['words'], scope: number): number {
  return smallInteger(words.word(scope + 7)) ?? words.uint32(scope + 7)
}
