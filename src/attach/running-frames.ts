import type { MemoryHeap } from '../memory/memory-heap.js'
import type { Frame } from '../model/frame.js'
import { isScriptOfProgram } from '../model/package-of.js'
import type { MemoryScripts } from './memory-scripts.js'

/** The functions of the program that a thread is in the middle of, innermost first; null if it is not, or that cannot be told. */
export function runningFrames(heap: MemoryHeap, scripts: MemoryScripts): Frame[] | null {
  const { stack } = heap
  if (stack?.isRunning !== true || stack.frames === null) return null
  return stack.frames
    .filter(({ fn }) => isScriptOfProgram(heap.scriptUrlOf(fn)))
    .map(({ fn, position }) => scripts.frameAt(fn, position))
}
