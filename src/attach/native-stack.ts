import { readFileSync } from 'node:fs'
import { isOwnScript } from '../engine/own-files.js'
import { EngineHeap } from '../memory/engine-heap.js'
import { LiveMemory } from '../memory/live-memory.js'
import { hasStackOf, mainStackOf, wholeStack } from '../memory/main-isolate.js'
import { MemoryHeap } from '../memory/memory-heap.js'
import type { Frame } from '../model/frame.js'
import { engineOf } from './engine-of-process.js'
import { MemoryScripts } from './memory-scripts.js'
import { runningFrames } from './running-frames.js'

/**
 * Where a main thread waits in native code, read from memory: the lines of a stack, as V8 prints one. Null if it runs, waits for
 * events, or that cannot be read.
 */
export function nativeStackText(pid: number | 'self'): string | null {
  try {
    const before = runTimeOf(pid)
    const stack = stackIn(pid)
    // While a thread runs, what is read of it may be anything.
    if (stack.length === 0 || runTimeOf(pid) !== before) return null
    return stack
      .filter(({ filename }) => !isOwnScript(filename ?? ''))
      .map(lineOf)
      .join('\n')
  } catch {
    return null
  }
}

function stackIn(pid: number | 'self'): readonly Frame[] {
  const memory = new LiveMemory(pid)
  try {
    const stack = wholeStack(mainStackOf(memory))
    // Other threads run, and what is read of theirs may be anything.
    const engine = new EngineHeap(memory, engineOf(pid), (isolate, words) => hasStackOf(words, isolate, stack))
    const [isolate, ...others] = engine.isolates
    if (isolate === undefined || others.length > 0) return []
    const heap = new MemoryHeap(engine, isolate)
    return runningFrames(heap, new MemoryScripts(heap)) ?? []
  } finally {
    memory.close()
  }
}

/** Changes when the main thread runs. Source: Documentation/scheduler/sched-stats.rst of Linux. */
function runTimeOf(pid: number | 'self'): string {
  return readFileSync(`/proc/${pid}/task/${pid === 'self' ? process.pid : pid}/schedstat`, 'latin1')
}

function lineOf({ name, filename, line, column }: Frame): string {
  // Of compiled code only the function is known.
  const place = [filename, line, column].filter((part) => part !== null).join(':')
  return `    at ${name} (${place})`
}
