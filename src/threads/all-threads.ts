import { isMainThread } from 'node:worker_threads'
import { liveSites } from '../engine/call-sites.js'
import { withOriginalBuiltins } from '../engine/original-builtins.js'
import { ownWorkers } from '../engine/own-workers.js'
import { min, stringify } from '../engine/primordials.js'
import { type InspectedWorker, inspectWorkers, type WorkerInspection } from '../engine/worker-inspector.js'
import { lostInDump, type TaskDump } from '../model/task-dump.js'
import type { WaitGraph } from '../model/wait-graph.js'
import { countFault } from '../record/faults.js'
import { mute } from '../record/recorder.js'
import { waitGraph } from '../walk/capture-graph.js'
import { dumpTasks } from '../walk/capture-tasks.js'
import { frameAt } from '../walk/frame-at.js'
import { joinGraphs } from '../walk/joined-graphs.js'
import { readMoment } from '../walk/moment.js'
import { readers } from '../walk/own-memory.js'
import { poolThreadsOf, withFullThreadPool } from '../walk/thread-pool.js'
import { RollCall } from './roll-call.js'
import type { ThreadAnswer } from './thread-answer.js'

/** What is asked of each thread. */
export interface Wanted {
  readonly tasks: boolean
  readonly stacks: boolean
  readonly graph: boolean
  /** Whether heaps are read where the records do not tell everything; left out: the main thread's, where it is small. */
  readonly heap?: boolean | undefined
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
  return withOriginalBuiltins(() => answerText(wanted))
}

function answerText(wanted: Wanted): string {
  const busy = liveSites().filter((site) => !site.isInternal && !site.isAwaiting && site.script !== '')
  const workers = ownWorkers.list()
  const answer: ThreadAnswer =
    busy.length > 0
      ? { dump: null, graph: null, busy: busy.map((site) => frameAt(site, '')), workers }
      : { ...ownAnswer({ ...wanted, heap: wanted.heap === true }), busy: null, workers }
  return JSON.stringify(answer)
}

interface OwnAnswer {
  readonly dump: TaskDump | null
  readonly graph: WaitGraph | null
}

/** The graph first: the pause that the dump tells of is that of both. */
function ownAnswer({ tasks, stacks, graph, heap }: Wanted): OwnAnswer {
  const moment = readMoment(heap)
  const waits = graph ? waitGraph(moment) : null
  return { dump: tasks ? dumpTasks(stacks, moment) : null, graph: waits }
}

/**
 * The dump and the graph of this thread with those of all workers, where this is the main thread. Calls back at once
 * where there are none and the heap was not read from memory, and never later than `timeoutMs` after this thread's own part is done.
 */
export function collectThreads(
  wanted: Wanted,
  timeoutMs: number,
  done: (dump: TaskDump | null, graph: WaitGraph | null) => void,
): void {
  const own = withOriginalBuiltins(() => ownAnswer(wanted))
  const ask = () => askWorkers(wanted, timeoutMs, (answers) => doneWithAll(own, answers, done))
  if (isMainThread) readers.whenEnded(ask)
  else done(own.dump, own.graph)
}

function doneWithAll(
  { dump, graph }: OwnAnswer,
  answers: readonly ThreadAnswer[],
  done: (dump: TaskDump | null, graph: WaitGraph | null) => void,
): void {
  const all = withOriginalBuiltins(() => {
    const graphs = answers.flatMap((answer) => answer.graph ?? [])
    const joined = graph && joinGraphs([graph, ...graphs]).graph
    return {
      dump: dump && joinDumps(dump, answers),
      graph: joined && withFullThreadPool(joined, poolThreadsOf(process.env)),
    }
  })
  done(all.dump, all.graph)
}

function joinDumps(own: TaskDump, answers: readonly ThreadAnswer[]): TaskDump {
  const threads = Object.freeze([...own.threads, ...answers.flatMap(({ dump }) => dump?.threads ?? [])])
  const tasks = Object.freeze([...own.tasks, ...answers.flatMap(({ dump }) => dump?.tasks ?? [])])
  const lost = [own, ...answers.map(({ dump }) => dump)].flatMap((dump) => dump?.lost ?? [])
  return Object.freeze({ ...own, threads, tasks, ...lostInDump(lost) })
}

/** In another context, so that the program's own `Error.prepareStackTrace` stays out of it. */
const STACK = `process.getBuiltinModule('node:vm').runInNewContext(
  '(() => { Error.stackTraceLimit = 200; const holder = {}; Error.captureStackTrace(holder); return holder.stack })()',
  {}, { filename: 'node:async-trace' })`

/** Of a longer one Node.js makes a timer of 1 ms, with a warning. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

function askWorkers(wanted: Wanted, timeoutMs: number, done: (answers: ThreadAnswer[]) => void): void {
  const json = stringify(wanted)
  const expression = `(() => {
    const instance = globalThis[Symbol.for('async-trace.instance')]
    if (instance?.isOn() && instance.answerAsThread) return instance.answerAsThread(${json})
    return [${STACK}]
  })()`
  const roll = withOriginalBuiltins(() => new RollCall())
  let inspection: WorkerInspection | null = null
  let beat: NodeJS.Timeout | undefined
  let isOver = false
  let isSettled = false
  let deadline: NodeJS.Timeout | undefined

  const finish = () => {
    if (isOver) return
    isOver = true
    quietly(() => inspection?.close())
    clearInterval(beat)
    clearTimeout(deadline)
    done(withOriginalBuiltins(() => roll.answers()))
  }
  const finishIfComplete = () => {
    const isComplete = withOriginalBuiltins(() => {
      roll.expect(ownWorkers.list())
      return isSettled && roll.isComplete()
    })
    if (isComplete) finish()
  }
  const poll = () => {
    try {
      inspection?.poll()
    } catch (error) {
      countFault(error)
    }
    finishIfComplete()
  }
  const ask = (worker: InspectedWorker) => {
    worker.ask(expression, (value) => {
      if (isOver) return
      if (withOriginalBuiltins(() => roll.take(worker, value))) finishIfComplete()
      else quietly(() => setTimeout(() => !isOver && quietly(() => ask(worker)), RETRY_MS))
    })
  }
  const onWorker = (worker: InspectedWorker) => {
    roll.begin(worker)
    ask(worker)
  }
  quietly(() => {
    roll.expect(ownWorkers.list())
    inspection = withOriginalBuiltins(() => inspectWorkers(onWorker, (threadId) => roll.end(threadId)))
    if (withOriginalBuiltins(() => roll.isEmpty())) return finish()
    beat = setInterval(() => quietly(poll), POLL_MS)
    deadline = setTimeout(finish, min(timeoutMs, LONGEST_TIMER_MS))
    setTimeout(() => {
      isSettled = true
      finishIfComplete()
    }, SETTLE_MS)
  })
}

function quietly<T>(run: () => T): T {
  const before = mute(true)
  try {
    return run()
  } finally {
    mute(before)
  }
}
