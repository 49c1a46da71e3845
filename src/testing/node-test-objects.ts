import { countFault } from '../record/faults.js'
import type { Origin } from '../record/origin.js'
import { originOfResource } from '../record/present.js'
import { leaveOutBoundTo, runUnfollowed } from '../record/scoped-run.js'

type AnyFunction = (...args: never[]) => unknown

/** What is read of a test, suite or hook of node:test (Node 20 to 26). */
export interface NodeTest {
  readonly name: string
  readonly parent: NodeTest | null
  /** Of a hook: what it was made in. */
  readonly parentTest?: NodeTest | null
  /** In ms; `Infinity` or null for none. */
  readonly timeout: number | null
  readonly error: TestFailure | null
  /** Adds a line to the report of a test that has not been reported. */
  diagnostic(text: string): void
  /** Fails a test that has not failed yet. */
  fail(error: Error): void
}

/** What a test fails with. */
export interface TestFailure {
  readonly failureType?: string
  /** What was thrown. */
  readonly cause?: unknown
}

/** What is told of the tests of node:test. Nothing of it may throw. */
export interface NodeTestListener {
  /** @param context what its hooks and its function are called with. */
  onBegin(test: NodeTest, context: object): void
  /** Calls a test function, a suite's function or a hook. @param from where it was given to node:test. */
  call(context: object | null, fn: AnyFunction, self: unknown, args: unknown[], from: Origin | null): unknown
  onHookBegin(): void
  onHookEnd(): void
  /** @param context of the test, also if one of its hooks has failed; null for hooks of suites. */
  onFailure(context: object | null, error: TestFailure, test: NodeTest): void
  /** The test is reported when this has returned, or when what it returns is fulfilled. @param isLast it may not wait. */
  onEnd(test: NodeTest, isLast: boolean): void | Promise<void>
}

/** The methods of a test that are called by Node as `this.method()` (Node 20 to 26). */
interface TestMethods {
  run(...args: unknown[]): unknown
  getRunArgs(): { readonly ctx: object }
  runInAsyncScope(fn: AnyFunction, self: unknown, ...args: unknown[]): unknown
  fail(error: TestFailure): void
  postRun(error?: unknown): void
}

type Kind = 'Test' | 'TestHook' | 'Suite'
const METHODS: readonly (keyof TestMethods)[] = ['run', 'getRunArgs', 'runInAsyncScope', 'fail', 'postRun']

/**
 * Follows node:test by the objects that it makes for its tests. No hook is registered with it: where a file has no test,
 * that alone would change what is reported of it, and in any other file the order of events.
 */
class NodeTests {
  listener: NodeTestListener | null = null
  /** Node is reporting a test, and with it those below that have not ended. */
  #isReporting = false

  /** @param resource of the type `Test`, at the beginning of its construction, or what the reporter is bound to. */
  onResource(type: string, resource: object): void {
    const { listener } = this
    if (listener !== null && type === 'TestReporterScope') leaveOutBoundTo(resource)
    const kind = listener === null ? null : kindOf(resource)
    if (listener === null || kind === null) return
    try {
      const test = resource as NodeTest & TestMethods
      if (kind === 'Test') this.#followTest(test, listener)
      else followCalls(test, kind, listener)
    } catch (error) {
      countFault(error)
    }
  }

  #followTest(test: NodeTest & TestMethods, listener: NodeTestListener): void {
    const { run, getRunArgs, runInAsyncScope, fail, postRun } = test
    let context: object | null = null
    let ending: Promise<void> | null = null
    override(test, {
      async run(...args) {
        await runUnfollowed(run, test, args)
        if (ending !== null) await ending
      },
      getRunArgs() {
        const runArgs = Reflect.apply(getRunArgs, test, [])
        if (test.parent !== null) {
          context ??= runArgs.ctx
          listener.onBegin(test, runArgs.ctx)
        }
        return runArgs
      },
      runInAsyncScope: (fn, ...args) =>
        Reflect.apply(runInAsyncScope, test, [calledBy(listener, context, fn, test), ...args]),
      fail(error) {
        if (test.parent !== null && test.error === null) listener.onFailure(context, error, test)
        Reflect.apply(fail, test, [error])
      },
      postRun: (error) => {
        const report = () => this.#report(postRun, test, error)
        if (test.parent === null || ending !== null) return report()
        const judged = listener.onEnd(test, this.#isReporting)
        if (judged === undefined) return report()
        ending = judged.then(report)
      },
    })
  }

  #report(postRun: TestMethods['postRun'], test: NodeTest, error: unknown): void {
    const before = this.#isReporting
    this.#isReporting = true
    try {
      Reflect.apply(postRun, test, [error])
    } finally {
      this.#isReporting = before
    }
  }
}

/** The function of a suite, or a hook: one hook is called for many tests, with the context of each. */
function followCalls(test: NodeTest & TestMethods, kind: Kind, listener: NodeTestListener): void {
  const { run, runInAsyncScope, fail, postRun } = test
  let context: object | null = null
  const calls: Partial<TestMethods> = {
    runInAsyncScope(fn, self, ...args) {
      context = typeof self === 'object' ? self : null
      return Reflect.apply(runInAsyncScope, test, [calledBy(listener, context, fn, test), self, ...args])
    },
  }
  if (kind === 'TestHook') {
    calls.run = (...args) => {
      listener.onHookBegin()
      return runUnfollowed(run, test, args)
    }
    calls.fail = (error) => {
      listener.onFailure(context, error, test.parentTest ?? test)
      Reflect.apply(fail, test, [error])
    }
    calls.postRun = (error) => {
      listener.onHookEnd()
      Reflect.apply(postRun, test, [error])
    }
  }
  override(test, calls)
}

function calledBy(listener: NodeTestListener, context: object | null, fn: AnyFunction, test: NodeTest): AnyFunction {
  return function (this: unknown, ...args) {
    return listener.call(context, fn, this, args, originOfResource(test))
  }
}

function override(test: object, methods: Partial<TestMethods>): void {
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(test, name, { value, writable: true, configurable: true, enumerable: false })
  }
}

/** Null for what is none of Node's, or of a Node in which tests are made otherwise. */
function kindOf(resource: object): Kind | null {
  const methods = resource as Partial<TestMethods>
  if (METHODS.some((name) => typeof methods[name] !== 'function')) return null
  const { name } = resource.constructor
  return name === 'Test' || name === 'TestHook' || name === 'Suite' ? name : null
}

export const nodeTests = new NodeTests()
