import * as creation from './creation.js'
import { isOwnScript, ownFile } from './engine/own-files.js'
import { type OwnWorker, ownWorkers } from './engine/own-workers.js'
import { addPathOfUncaught } from './error-stacks.js'
import { mainGlobal, publishedInstance, publishInstance } from './main-instance.js'
import * as pending from './pending.js'
import { markLate } from './record/epoch.js'
import { markBeforeTests } from './record/sampling.js'
import { unfollow } from './record/scoped-run.js'
import { exitNote } from './testing/exit-note.js'
import { noteJestFileEnd } from './testing/jest-exit.js'
import { mochaHooks } from './testing/mocha-runs.js'
import { followNodeTests } from './testing/node-test-runs.js'
import { hideOwnFrames } from './testing/own-frames.js'
import { quiet } from './testing/quiet-watch.js'
import { TestFile } from './testing/test-file.js'
import { setTestOptions, testSettings } from './testing/test-settings.js'
import { answerAsThread, collectThreads } from './threads/all-threads.js'
import * as tracing from './tracing.js'
import { switchOnAsTold } from './tracing-environment.js'
import { waitGraph } from './walk/capture-graph.js'
import { dumpTasks } from './walk/capture-tasks.js'
import { collectedFunctions } from './walk/collected-functions.js'
import { noteUncaught } from './walk/failure-path.js'
import { readMoment } from './walk/moment.js'
import { keptAlive } from './walk/own-kept-alive.js'

/** What one copy of the package does for all copies in a process. */
export interface Instance {
  readonly collectAsyncTrace: typeof creation.collectAsyncTrace
  readonly formatAsyncTrace: typeof creation.formatAsyncTrace
  readonly printAsyncTrace: typeof creation.printAsyncTrace
  readonly printTrace: typeof creation.printTrace
  readonly setTaskName: typeof creation.setTaskName
  readonly traceOf: typeof creation.traceOf
  readonly addToAwaitedBy: typeof pending.addToAwaitedBy
  readonly captureCallStack: typeof pending.captureCallStack
  readonly captureWaitGraph: typeof pending.captureWaitGraph
  readonly discardFromAwaitedBy: typeof pending.discardFromAwaitedBy
  readonly getTasks: typeof pending.getTasks
  readonly printCallStack: typeof pending.printCallStack
  readonly printTasks: typeof pending.printTasks
  readonly printWaitGraph: typeof pending.printWaitGraph
  readonly noteUncaught: typeof noteUncaught
  readonly addPathOfUncaught: typeof addPathOfUncaught
  /** At once, for a signal or the end of the process. */
  readonly readMoment: typeof readMoment
  readonly dumpTasks: typeof dumpTasks
  readonly waitGraph: typeof waitGraph
  readonly keptAlive: typeof keptAlive
  readonly isOwnScript: typeof isOwnScript
  readonly collectedFunctions: typeof collectedFunctions
  readonly answerAsThread: typeof answerAsThread
  readonly collectThreads: typeof collectThreads
  /** A test runner loads a file of tests. */
  readonly openTestFile: typeof openTestFile
  readonly testSettings: typeof testSettings
  readonly setTestOptions: typeof setTestOptions
  /** Errors that are made meanwhile have no stack in this context: not in that of the caller, if it has one of its own. */
  readonly withoutStacks: typeof withoutStacks
  readonly hideOwnFrames: typeof hideOwnFrames
  /** For a test runner's own work. */
  readonly unfollow: typeof unfollow
  /** The workers that this thread has made and that have not ended. */
  readonly ownWorkers: () => readonly OwnWorker[]
  /** The watchdog of a test run in this thread. */
  readonly quiet: typeof quiet
  readonly exitNote: typeof exitNote
  readonly noteJestFileEnd: typeof noteJestFileEnd
  readonly mochaHooks: typeof mochaHooks
  readonly followNodeTests: typeof followNodeTests
  readonly switchOn: typeof tracing.switchOn
  readonly switchOff: typeof tracing.switchOff
  readonly isOn: typeof tracing.isOn
  readonly status: typeof tracing.status
  readonly watchParent: typeof tracing.watchParent
  /** For who starts tracing in a program that runs already. */
  readonly markLate: typeof markLate
  /** For a test runner's entry, which is loaded before the tests. */
  readonly markBeforeTests: typeof markBeforeTests
  /** For the import of an entry. */
  readonly switchOnAsTold: typeof switchOnAsTold
}

/** The first copy that was loaded in this thread; every later one uses it. */
export const instance: Instance = findOrPublish()

function findOrPublish(): Instance {
  const found = publishedInstance() ?? loadedInMain()
  if (found !== null) return found as Instance
  const own: Instance = Object.freeze({
    ...creation,
    ...pending,
    ...tracing,
    noteUncaught,
    addPathOfUncaught,
    readMoment,
    dumpTasks,
    waitGraph,
    keptAlive,
    isOwnScript,
    collectedFunctions,
    answerAsThread,
    collectThreads,
    quiet,
    exitNote,
    noteJestFileEnd,
    mochaHooks,
    followNodeTests,
    openTestFile,
    testSettings,
    setTestOptions,
    withoutStacks,
    hideOwnFrames,
    unfollow,
    ownWorkers: () => ownWorkers.list(),
    markLate,
    markBeforeTests,
    switchOnAsTold,
  })
  publishInstance(own)
  return own
}

const openedFor = new WeakSet<object>()

/** @returns null if it was opened already: a runner may load an entry twice. @param key the runner's own object. */
function openTestFile(name: string, key: object): TestFile | null {
  if (openedFor.has(key)) return null
  openedFor.add(key)
  return new TestFile(name)
}

function withoutStacks<T>(run: () => T): T {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return run()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** A copy in another context would end with it: the one that traces is loaded outside. */
function loadedInMain(): object | null {
  const global = mainGlobal()
  const file = global === globalThis ? null : ownFile('cjs/core.js')
  if (file === null) return null
  // Jest has a `process` and a `node:module` of its own for its contexts.
  const process = Reflect.get(global, 'process') as { getBuiltinModule(name: string): object }
  const { createRequire } = process.getBuiltinModule('node:module') as typeof import('node:module')
  createRequire(file)(file)
  return publishedInstance()
}
