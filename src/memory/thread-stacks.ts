import type { Mapping, ProcessMemory } from './process-memory.js'

/** A function that calls no other may use so many bytes below the stack pointer. Source: the System V ABI for x86-64. */
const RED_ZONE = 128

/** Whether a mapping has the stack of a further thread: below it is a range that may not be touched. */
export function isThreadStack(mapping: Mapping, below: Mapping | undefined): boolean {
  const { start, path, isWritable } = mapping
  return path === '' && isWritable && below !== undefined && !below.isReadable && below.end === start
}

/** Where the used part of a mapping begins: what functions that returned have left below a stack pointer counts for nothing. */
export function usedStartOf({ mappings, stackPointers }: ProcessMemory, mapping: Mapping): number {
  const { start, end, path } = mapping
  const [pointer, ...others] = stackPointers.filter((each) => each >= start && each < end)
  if (pointer === undefined || others.length > 0) return start
  if (path !== '[stack]' && !isThreadStack(mapping, mappings[mappings.indexOf(mapping) - 1])) return start
  return Math.max(start, Math.floor((pointer - RED_ZONE) / 8) * 8)
}
