import { readFileSync } from 'node:fs'
import { type Frame, innermostInFile } from '../model/frame.js'
import type { SourceFrame, TaskInfo } from '../model/task-dump.js'
import type { WaitGraph, WaitNode } from '../model/wait-graph.js'
import { waitingOn } from '../waits/waiting-on.js'

/**
 * The tasks of a graph that was read from a heap, named by their functions. When a task began stands in no heap:
 * `createdAtMs` and `ageMs` are `NaN` (null in JSON) unless `ageMsOf` knows.
 */
export function tasksOfGraph(
  graph: WaitGraph,
  nowMs: number,
  ageMsOf: (node: WaitNode) => number = () => Number.NaN,
): TaskInfo[] {
  const waitsFor = waitingOn(graph)
  const sources = new SourceLines()
  return graph.nodes.flatMap((node) => {
    if (node.kind !== 'task') return []
    const ageMs = ageMsOf(node)
    const stack = node.stack.map((frame) => sources.withSource(frame)).reverse()
    return [
      Object.freeze({
        task: taskOf(node, nowMs - ageMs),
        state: 'PENDING',
        functionExecuting: node.stack.at(-1)?.name ?? node.label,
        currentFrame: innermostInFile(stack),
        ageMs,
        waitingOn: waitsFor(node.id),
        stack: Object.freeze(stack),
      } as const),
    ]
  })
}

function taskOf({ id, threadId, label }: WaitNode, createdAtMs: number) {
  const kind = label.startsWith('.') ? 'then' : 'async'
  return Object.freeze({ id, name: label, kind, threadId, createdAtMs, createdAt: null } as const)
}

/** The text of lines, a file read once. */
class SourceLines {
  readonly #files = new Map<string, readonly string[] | null>()
  /** Tasks at the same place may share their frames. */
  readonly #known = new Map<Frame, SourceFrame>()

  withSource(frame: Frame): SourceFrame {
    let known = this.#known.get(frame)
    if (known === undefined) {
      known = this.#read(frame)
      this.#known.set(frame, known)
    }
    return known
  }

  #read(frame: Frame): SourceFrame {
    const { filename, line } = frame
    const text = filename === null || line === null ? null : (this.#linesOf(filename)?.[line - 1] ?? null)
    return Object.freeze({ ...frame, source: text?.trim() ?? null })
  }

  #linesOf(file: string): readonly string[] | null {
    let lines = this.#files.get(file)
    if (lines === undefined) {
      lines = readLines(file)
      this.#files.set(file, lines)
    }
    return lines
  }
}

function readLines(file: string): readonly string[] | null {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return null
  }
}
