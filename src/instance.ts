import * as creation from './creation.js'
import * as pending from './pending.js'
import { markImported, markLate } from './record/epoch.js'
import { answerAsThread, collectThreads } from './threads/all-threads.js'
import * as tracing from './tracing.js'
import { readMoment } from './walk/moment.js'
import { dumpTasks } from './walk/task-dump.js'
import { waitGraph } from './walk/wait-graph.js'

/** What one copy of the package does for all copies in a process. */
export interface Instance {
  readonly collectAsyncTrace: typeof creation.collectAsyncTrace
  readonly formatAsyncTrace: typeof creation.formatAsyncTrace
  readonly printAsyncTrace: typeof creation.printAsyncTrace
  readonly printTrace: typeof creation.printTrace
  readonly setTaskName: typeof creation.setTaskName
  readonly addToAwaitedBy: typeof pending.addToAwaitedBy
  readonly captureCallStack: typeof pending.captureCallStack
  readonly captureWaitGraph: typeof pending.captureWaitGraph
  readonly discardFromAwaitedBy: typeof pending.discardFromAwaitedBy
  readonly getTasks: typeof pending.getTasks
  readonly printCallStack: typeof pending.printCallStack
  readonly printTasks: typeof pending.printTasks
  readonly printWaitGraph: typeof pending.printWaitGraph
  /** At once, for a signal or the end of the process. */
  readonly readMoment: typeof readMoment
  readonly dumpTasks: typeof dumpTasks
  readonly waitGraph: typeof waitGraph
  readonly answerAsThread: typeof answerAsThread
  readonly collectThreads: typeof collectThreads
  readonly switchOn: typeof tracing.switchOn
  readonly switchOff: typeof tracing.switchOff
  readonly isOn: typeof tracing.isOn
  readonly status: typeof tracing.status
  readonly watchParent: typeof tracing.watchParent
  /** For who starts tracing in a program that runs already. */
  readonly markLate: typeof markLate
  /** For the import that switches tracing on. */
  readonly markImported: typeof markImported
}

const KEY = Symbol.for('async-trace.instance')

/** The first copy that was loaded in this thread; every later one uses it. */
export const instance: Instance = findOrPublish()

function findOrPublish(): Instance {
  const found: unknown = Reflect.get(globalThis, KEY)
  if (typeof found === 'object' && found !== null) return found as Instance
  const own: Instance = Object.freeze({
    ...creation,
    ...pending,
    ...tracing,
    readMoment,
    dumpTasks,
    waitGraph,
    answerAsThread,
    collectThreads,
    markLate,
    markImported,
  })
  if (Object.isExtensible(globalThis)) Object.defineProperty(globalThis, KEY, { value: own })
  return own
}
