import { sitesOfText } from '../engine/call-sites.js'
import type { OwnWorker } from '../engine/own-workers.js'
import type { InspectedWorker } from '../engine/worker-inspector.js'
import type { Frame } from '../model/frame.js'
import { isFrameList, isPartOfDump, isWaitGraph } from '../model/sound-dump.js'
import type { TaskDump, ThreadDump } from '../model/task-dump.js'
import type { WaitGraph } from '../model/wait-graph.js'
import { frameAt } from '../walk/frame-at.js'

/** What one thread tells; the dump of a busy or untraced thread has no tasks. */
export interface ThreadAnswer {
  readonly dump: Pick<TaskDump, 'threads' | 'tasks' | 'lost'> | null
  readonly graph: WaitGraph | null
  /** Where the thread is running JavaScript; then nothing else is told. */
  readonly busy: readonly Frame[] | null
  /** The workers that this thread has made itself. */
  readonly workers: readonly OwnWorker[]
}

type Named = Pick<InspectedWorker, 'threadId' | 'name'>

/** What a worker has answered. `untraced`: it runs nothing, and the tracer is not loaded in it, or not yet. */
export interface ThreadReading {
  readonly kind: 'answered' | 'busy' | 'untraced'
  readonly answer: ThreadAnswer
}

/** @returns null for no answer: where the worker is about to start or to end, V8 may not be able to evaluate. */
export function readAnswer(worker: Named, value: unknown): ThreadReading | null {
  if (typeof value === 'string') {
    const answer = soundAnswer(value)
    // A program can put anything in the tracer's place.
    if (answer === null) {
      const nonsense = answerOf({ ...worker, name: `${worker.name}, answers nonsense` }, 'answered')
      return { kind: 'answered', answer: nonsense }
    }
    const { busy, workers } = answer
    if (busy !== null) return { kind: 'busy', answer: { ...answerOf(worker, 'busy', busy), workers } }
    const threads = answer.dump?.threads.map((thread) => Object.freeze({ ...thread, name: worker.name })) ?? []
    const dump = answer.dump && { ...answer.dump, threads: Object.freeze(threads) }
    return { kind: 'answered', answer: { ...answer, dump } }
  }
  if (!Array.isArray(value)) return null
  const stack = sitesOfText(String(value[0]))
    .filter((site) => !site.isInternal && !site.isAwaiting)
    .map((site) => frameAt(site, ''))
  if (stack.length > 0) return { kind: 'busy', answer: answerOf(worker, 'busy', stack) }
  // It has answered, and has no tasks to tell of: nothing recorded them.
  return { kind: 'untraced', answer: answerOf({ ...worker, name: `${worker.name}, not traced` }, 'answered') }
}

/** @param incomplete why its tasks are not known, in a sentence. */
export function answerOf(
  { threadId, name }: Named,
  state: ThreadDump['state'],
  stack: readonly Frame[] = [],
  incomplete?: string,
): ThreadAnswer {
  const about = { threadId, name, state, pauseMs: null, stack: Object.freeze(stack) }
  const thread: ThreadDump = Object.freeze({ ...about, ...(incomplete !== undefined && { incomplete }) })
  return { dump: { threads: [thread], tasks: [] }, graph: null, busy: null, workers: [] }
}

function soundAnswer(text: string): ThreadAnswer | null {
  try {
    const { dump = null, graph = null, busy = null, workers = [] } = JSON.parse(text) as Partial<ThreadAnswer>
    const isSound = [
      [dump, graph, busy].some((part) => part !== null),
      dump === null || isPartOfDump(dump),
      graph === null || isWaitGraph(graph),
      busy === null || isFrameList(busy),
      Array.isArray(workers) && workers.every(isOwnWorker),
    ]
    return isSound.every(Boolean) ? frozen({ dump, graph, busy, workers }) : null
  } catch {
    return null
  }
}

function isOwnWorker(value: Partial<OwnWorker> | null): boolean {
  if (value === null || !Number.isSafeInteger(value.threadId)) return false
  return typeof value.isPrepared === 'boolean' && (value.name === null || typeof value.name === 'string')
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    for (const each of Object.values(value)) frozen(each)
    Object.freeze(value)
  }
  return value
}
