import { isMainThread } from 'node:worker_threads'
import { liveSites, sitesOfText } from '../engine/call-sites.js'
import { type InspectedWorker, inspectWorkers, type WorkerInspection } from '../engine/worker-inspector.js'
import type { Frame } from '../model/frame.js'
import { isFrameList, isPartOfDump, isWaitGraph } from '../model/sound-dump.js'
import type { TaskDump, ThreadDump } from '../model/task-dump.js'
import type { WaitGraph } from '../model/wait-graph.js'
import { countFault } from '../record/faults.js'
import { mute } from '../record/recorder.js'
import { frameAt } from '../walk/frame-at.js'
import { joinGraphs } from '../walk/joined-graphs.js'
import { readMoment } from '../walk/moment.js'
import { dumpTasks } from '../walk/task-dump.js'
import { waitGraph } from '../walk/wait-graph.js'

/** What is asked of each thread. */
export interface Wanted {
  readonly tasks: boolean
  readonly stacks: boolean
  readonly graph: boolean
  /** Whether heaps are read where the records do not tell everything; left out: the main thread's, where it is small. */
  readonly heap?: boolean | undefined
}

/** What one thread tells; the dump of a busy or untraced thread has no tasks. */
interface ThreadAnswer {
  readonly dump: Pick<TaskDump, 'threads' | 'tasks'> | null
  readonly graph: WaitGraph | null
  /** Where the thread is running JavaScript; then nothing else is told. */
  readonly busy: readonly Frame[] | null
}

/** Nested workers announce themselves a little after the others. */
const SETTLE_MS = 50
const RETRY_MS = 20
const POLL_MS = 5

/**
 * Asked through the inspector, in any state of the thread: JSON of a `ThreadAnswer`, null where nothing is traced.
 * Where the inspector has interrupted JavaScript, only what that is: the program is in the middle of something.
 */
export function answerAsThread(wanted: Wanted): string {
  const busy = liveSites().filter((site) => !site.isInternal && !site.isAwaiting && site.script !== '')
  const answer: ThreadAnswer =
    busy.length > 0
      ? { dump: null, graph: null, busy: busy.map((site) => frameAt(site, '')) }
      : { ...ownAnswer({ ...wanted, heap: wanted.heap === true }), busy: null }
  return JSON.stringify(answer)
}

/** The graph first: the pause that the dump tells of is that of both. */
function ownAnswer({ tasks, stacks, graph, heap }: Wanted): { dump: TaskDump | null; graph: WaitGraph | null } {
  const moment = readMoment(heap)
  const waits = graph ? waitGraph(moment) : null
  return { dump: tasks ? dumpTasks(stacks, moment) : null, graph: waits }
}

/**
 * The dump and the graph of this thread with those of all workers, where this is the main thread. Calls back at once
 * where there are none, and never later than `timeoutMs` after this thread's own part is done.
 */
export function collectThreads(
  wanted: Wanted,
  timeoutMs: number,
  done: (dump: TaskDump | null, graph: WaitGraph | null) => void,
): void {
  const { dump, graph } = ownAnswer(wanted)
  if (!isMainThread) {
    done(dump, graph)
    return
  }
  askWorkers(wanted, timeoutMs, (answers) => {
    const graphs = answers.flatMap((answer) => answer.graph ?? [])
    done(dump && joinDumps(dump, answers), graph && joinGraphs([graph, ...graphs]).graph)
  })
}

function joinDumps(own: TaskDump, answers: readonly ThreadAnswer[]): TaskDump {
  const threads = Object.freeze([...own.threads, ...answers.flatMap(({ dump }) => dump?.threads ?? [])])
  const tasks = Object.freeze([...own.tasks, ...answers.flatMap(({ dump }) => dump?.tasks ?? [])])
  return Object.freeze({ ...own, threads, tasks })
}

/** In another context, so that the program's own `Error.prepareStackTrace` stays out of it. */
const STACK = `process.getBuiltinModule('node:vm').runInNewContext(
  '(() => { Error.stackTraceLimit = 200; const holder = {}; Error.captureStackTrace(holder); return holder.stack })()',
  {}, { filename: 'node:async-trace' })`

function askWorkers(wanted: Wanted, timeoutMs: number, done: (answers: ThreadAnswer[]) => void): void {
  const expression = `(() => {
    const instance = globalThis[Symbol.for('async-trace.instance')]
    if (instance?.isOn() && instance.answerAsThread) return instance.answerAsThread(${JSON.stringify(wanted)})
    return [${STACK}]
  })()`
  const answers = new Map<number, ThreadAnswer>()
  const open = new Set<number>()
  let inspection: WorkerInspection | null = null
  let beat: NodeJS.Timeout | undefined
  let isOver = false
  let isSettled = false
  let deadline: NodeJS.Timeout | undefined

  const poll = () => {
    try {
      inspection?.poll()
    } catch (error) {
      countFault(error)
    }
  }
  const finish = () => {
    if (isOver) return
    isOver = true
    quietly(() => inspection?.close())
    clearInterval(beat)
    clearTimeout(deadline)
    done([...answers].sort(([a], [b]) => a - b).map(([, answer]) => answer))
  }
  const closed = (threadId: number) => {
    open.delete(threadId)
    if (open.size === 0 && isSettled) finish()
  }
  const ask = (worker: InspectedWorker) => {
    worker.ask(expression, (value) => {
      if (isOver || !open.has(worker.threadId)) return
      const answer = answerOf(worker, value)
      answers.set(worker.threadId, answer)
      if (!isBusy(answer)) closed(worker.threadId)
      else quietly(() => setTimeout(() => !isOver && quietly(() => ask(worker)), RETRY_MS))
    })
  }
  const onWorker = (worker: InspectedWorker) => {
    open.add(worker.threadId)
    answers.set(worker.threadId, threadAnswer(worker, 'busy', []))
    ask(worker)
  }
  const onEnd = (threadId: number) => {
    answers.delete(threadId)
    closed(threadId)
  }
  quietly(() => {
    inspection = inspectWorkers(onWorker, onEnd)
    if (open.size === 0 && answers.size === 0) return finish()
    beat = setInterval(() => quietly(poll), POLL_MS)
    deadline = setTimeout(finish, timeoutMs)
    setTimeout(() => {
      isSettled = true
      if (open.size === 0) finish()
    }, SETTLE_MS)
  })
}

function isBusy({ dump }: ThreadAnswer): boolean {
  return dump?.threads[0]?.state === 'busy'
}

function answerOf(worker: InspectedWorker, value: unknown): ThreadAnswer {
  if (typeof value === 'string') {
    const answer = soundAnswer(value)
    // A program can put anything in the tracer's place.
    if (answer === null) return threadAnswer({ ...worker, name: `${worker.name}, answers nonsense` }, 'answered', [])
    if (answer.busy !== null) return threadAnswer(worker, 'busy', answer.busy)
    const threads = answer.dump?.threads.map((thread) => Object.freeze({ ...thread, name: worker.name })) ?? []
    return { ...answer, dump: answer.dump && { ...answer.dump, threads: Object.freeze(threads) } }
  }
  const text = Array.isArray(value) ? String(value[0]) : ''
  const stack = sitesOfText(text)
    .filter((site) => !site.isInternal && !site.isAwaiting)
    .map((site) => frameAt(site, ''))
  if (stack.length > 0) return threadAnswer(worker, 'busy', stack)
  // It has answered, and has no tasks to tell of: nothing recorded them.
  return threadAnswer({ ...worker, name: `${worker.name}, not traced` }, 'answered', [])
}

function soundAnswer(text: string): ThreadAnswer | null {
  try {
    const { dump = null, graph = null, busy = null } = JSON.parse(text) as Partial<ThreadAnswer>
    const isSound = [
      [dump, graph, busy].some((part) => part !== null),
      dump === null || isPartOfDump(dump),
      graph === null || isWaitGraph(graph),
      busy === null || isFrameList(busy),
    ]
    return isSound.every(Boolean) ? frozen({ dump, graph, busy }) : null
  } catch {
    return null
  }
}

function threadAnswer(
  { threadId, name }: Pick<InspectedWorker, 'threadId' | 'name'>,
  state: ThreadDump['state'],
  stack: readonly Frame[],
): ThreadAnswer {
  const thread: ThreadDump = Object.freeze({ threadId, name, state, pauseMs: null, stack: Object.freeze(stack) })
  return { dump: { threads: [thread], tasks: [] }, graph: null, busy: null }
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    for (const each of Object.values(value)) frozen(each)
    Object.freeze(value)
  }
  return value
}

function quietly<T>(run: () => T): T {
  const before = mute(true)
  try {
    return run()
  } finally {
    mute(before)
  }
}
