import type { EngineHeap } from './engine-heap.js'
import type { Isolate, IsolateRoots } from './isolates.js'
import type { MemoryHeap } from './memory-heap.js'
import { MemoryError, type ProcessMemory } from './process-memory.js'
import type { Words } from './words.js'

/** `ulimit -s` is 8 MB nearly everywhere: of the first stack only the part that was used is mapped. */
export const STACK_SIZE = 8 << 20

export interface StackRange {
  readonly start: number
  readonly end: number
}

/**
 * The isolate of the main thread: it keeps limits for its thread's stack, and only the main thread runs on the stack
 * that the process began with.
 *
 * @param stack that stack.
 */
export function mainIsolateOf({ isolates, words, chunks }: EngineHeap, stack: StackRange): Isolate {
  const [only, ...others] = isolates
  const isAlone = chunks.chunks.every(({ heap, isReadOnly }) => isReadOnly || heap === only?.heap)
  if (only !== undefined && others.length === 0 && isAlone) return only
  const found = isolates.filter((isolate) => hasStackOf(words, isolate, wholeStack(stack)))
  if (found[0] === undefined || found.length > 1) throw new MemoryError('the main thread’s isolate cannot be told')
  return found[0]
}

/** The stack that a process began with, as far as it is mapped. */
export function mainStackOf({ mappings }: Pick<ProcessMemory, 'mappings'>): StackRange {
  return mappings.find(({ path }) => path === '[stack]') ?? { start: 0, end: 0 }
}

/** As far down as it may grow. */
export function wholeStack({ start, end }: StackRange): StackRange {
  return { start: Math.min(start, end - STACK_SIZE), end }
}

/** In bytes: the limits of the stack stand 450 to 670 before the roots (V8 11.3 to 14.6), what else is on the stack farther. */
const LIMITS_BEFORE_ROOTS = 0x400

/** Whether an isolate keeps limits for a stack. Other memory of the process may be next to the isolate, a stack among it. */
export function hasStackOf(words: Words, { roots }: IsolateRoots, stack: StackRange): boolean {
  for (let address = roots - LIMITS_BEFORE_ROOTS; address < roots; address += 8) {
    const word = words.word(address)
    if (word >= stack.start && word < stack.end) return true
  }
  return false
}

/** The number of a worker's thread, as `node:worker_threads` exports it there (Node 20 to 26). */
export function threadIdOf(heap: MemoryHeap): number {
  const ids = heap
    .instancesWith('isMainThread')
    .map((object) => heap.properties.numberOf(object, 'threadId'))
    .filter((id) => Number.isInteger(id) && id > 0)
  const [id] = ids
  if (id === undefined || ids.some((each) => each !== id)) throw new MemoryError('the number of a worker was not found')
  return id
}
