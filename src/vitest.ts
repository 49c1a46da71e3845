/** `setupFiles: ['async-trace/vitest']`: a test that times out says what it waits for, and one that leaves work behind is named. */
import { types } from 'node:util'
import * as vitest from 'vitest'
import type { Instance } from './instance.js'
import { runnerInstance as findInstance } from './runner-instance.js'
import type { TestFile, TestRun } from './testing/test-file.js'

export { setTestOptions } from './runner-instance.js'
export type { LeakMode, TestOptions } from './testing/test-settings.js'

type AnyFunction = (...args: never[]) => unknown

/** What is read of vitest's tasks (vitest 3 and 4). */
interface VitestTask {
  readonly type: string
  readonly name: string
  readonly tasks?: readonly VitestTask[]
}

interface RunnerAccess {
  getFn(task: VitestTask): AnyFunction | undefined
  setFn(task: VitestTask, fn: AnyFunction): void
  getHooks(suite: VitestTask): Readonly<Record<string, AnyFunction[]>>
}

const runnerInstance = findInstance()
const runs = new WeakMap<object, TestRun>()
let file: TestFile | null = null
/** By `aroundEach` and `aroundAll` the program itself waits for whole tests, in between. */
let isRunnerFollowed = false

if (runnerInstance !== null) listen(runnerInstance)

function listen(instance: Instance): void {
  // Vitest reads the parameters from the text of a hook, and hands over the suite first (3) or second (4).
  vitest.beforeAll(async function () {
    // biome-ignore lint/complexity/noArguments: a rest parameter is a parameter.
    const suite = [...arguments].find((each: Partial<VitestTask> | undefined) =>
      Array.isArray(each?.tasks),
    ) as VitestTask
    const own = ownAccess()
    isRunnerFollowed = own !== null && hasAroundHooks(suite, own)
    unfollowRunner()
    const runner = own ?? (await suiteAccess())
    const opened = instance.openTestFile(suite.name, suite)
    file = opened
    if (opened === null) return undefined
    wrapAll(suite, opened, runner)
    return async () => {
      for (const { name, text } of await opened.end())
        tell(instance, name === opened.hooks.name ? 'This file' : `"${name}"`, text)
    }
  })

  vitest.beforeEach(({ task, onTestFinished }) => {
    if (file === null) return
    unfollowRunner()
    const run = file.begin(task.name)
    runs.set(task, run)
    onTestFinished(() => {
      runs.delete(task)
      const left = run.end()
      if (left === null) return
      return Promise.resolve(left).then((text) => {
        if (text !== null) tell(instance, `"${task.name}"`, text)
      })
    })
  })
}

/** Called by all that vitest calls. */
function unfollowRunner(): void {
  if (!isRunnerFollowed) runnerInstance?.unfollow()
}

function hasAroundHooks(suite: VitestTask, runner: RunnerAccess): boolean {
  const hooks = Object.entries(runner.getHooks(suite))
  if (hooks.some(([name, { length }]) => name.startsWith('around') && length > 0)) return true
  return suite.tasks?.some((task) => task.type === 'suite' && hasAroundHooks(task, runner)) === true
}

/** Functions and hooks are wrapped where vitest keeps them: what they begin is then known to be the test's. */
function wrapAll(suite: VitestTask, opened: TestFile, runner: RunnerAccess): void {
  const ofFile = () => opened.hooks
  const ofTest = (context?: { task?: object }) => context?.task && runs.get(context.task)
  for (const [name, hooks] of Object.entries(runner.getHooks(suite))) {
    if (!/^(?:before|after)/.test(name)) continue
    for (const [i, hook] of hooks.entries()) hooks[i] = wrapped(hook, opened, name.endsWith('All') ? ofFile : ofTest)
  }
  for (const task of suite.tasks ?? []) {
    if (task.type === 'suite') wrapAll(task, opened, runner)
    const fn = task.type === 'test' ? runner.getFn(task) : undefined
    if (fn !== undefined)
      runner.setFn(
        task,
        wrapped(fn, opened, () => runs.get(task)),
      )
  }
}

function wrapped(fn: AnyFunction, opened: TestFile, runOf: (first?: never) => TestRun | undefined): AnyFunction {
  const inner = opened.wrap(fn, runOf)
  return new Proxy(inner, {
    apply(target, self, args: unknown[]) {
      const run = runOf(args[0] as never)
      const onFailure = (error: unknown): never => {
        runnerInstance?.hideOwnFrames(error)
        if (run !== undefined) addWhyItTimedOut(error, run)
        throw error
      }
      let result: unknown
      try {
        result = Reflect.apply(target, self, args)
      } catch (error) {
        onFailure(error)
      }
      unfollowRunner()
      return run !== undefined && types.isPromise(result) ? result.catch(onFailure) : result
    },
  })
}

function addWhyItTimedOut(error: unknown, run: TestRun): void {
  try {
    if (!types.isNativeError(error) || !/^(?:Test|Hook) timed out in \d+ms/.test(error.message)) return
    const text = run.timeoutText()
    if (text === null) return
    error.message += `\n\n${text}`
    // The stack is vitest's own, with a message of its own; it is what the JSON report has.
    error.stack = error.stack?.replace(/^[\s\S]*?(?=\n {4}at |$)/, () => `${error.name}: ${error.message}`) ?? ''
  } catch {
    // The runner reports its own error all the same.
  }
}

function tell(instance: Instance, who: string, left: string): void {
  const text = `${who} left behind:\n${left}`
  if (instance.testSettings.leaks === 'fail') throw instance.withoutStacks(() => new Error(text))
  console.warn(`async-trace: ${text}`)
}

/** Static methods of `TestRunner`, where they work. */
function ownAccess(): RunnerAccess | null {
  const { TestRunner: own } = vitest as unknown as { TestRunner?: Readonly<Record<string, unknown>> }
  if (typeof own?.['setTestFn'] === 'function' && own['setTestFn'] !== own['getTestFn']) {
    return { getFn: own['getTestFn'], setFn: own['setTestFn'], getHooks: own['getSuiteHooks'] } as RunnerAccess
  }
  return null
}

/** By `vitest/suite` (3 to 4.1), which warns of itself in 4.1. */
async function suiteAccess(): Promise<RunnerAccess> {
  const { warn } = console
  console.warn = (...args: unknown[]) => {
    if (!String(args[0]).startsWith('Importing from "vitest/suite"')) warn(...args)
  }
  try {
    return (await import('vitest/suite')) as unknown as RunnerAccess
  } finally {
    console.warn = warn
  }
}
