import { writeSync } from 'node:fs'
import { runUnfollowed } from '../record/scoped-run.js'
import { exitNote } from './exit-note.js'
import { hideOwnFrames } from './own-frames.js'
import { TestFile, type TestRun } from './test-file.js'
import { testSettings } from './test-settings.js'

type AnyFunction = (...args: never[]) => unknown

/** What is read of mocha's tests and hooks (mocha 8 to 11). */
interface Runnable {
  readonly type: 'test' | 'hook'
  readonly title: string
  readonly originalTitle?: string
  readonly parent: Suite
  readonly ctx?: { readonly currentTest?: Runnable }
  fn: AnyFunction
  /** Of a hook: fails the test that it is called for. */
  error(error: Error): void
}

interface Suite {
  readonly root: boolean
  readonly parent?: Suite
  getHooks(name: string): Runnable[]
}

interface HookContext {
  readonly test: Runnable
  readonly currentTest?: Runnable
}

interface RunnableMethods {
  run(this: Runnable, done: AnyFunction): unknown
  _timeoutError(this: Runnable, ms: number): Error
}

/** Root hooks of mocha, by which it is told what a test that timed out waits for; and so on. */
class MochaRuns {
  #file: TestFile | null = null
  readonly #runs = new WeakMap<Runnable, TestRun>()

  beforeAll({ test }: HookContext): void {
    followCalls(test, (runnable) => this.#runOf(runnable))
    exitNote.resumed()
    this.#openFile()
    const root = rootOf(test.parent)
    // What other root hooks clean up is not left behind.
    for (const name of ['afterEach', 'afterAll']) putLast(root.getHooks(name), OWN_HOOKS)
  }

  async afterEach({ test, currentTest }: HookContext): Promise<void> {
    if (currentTest === undefined) return
    const text = await this.#runs.get(currentTest)?.end()
    this.#runs.delete(currentTest)
    if (text == null) return
    if (testSettings.leaks === 'fail') test.error(new Error(`This test left behind:\n${text}`))
    else say(`"${currentTest.title}" left behind:\n${text}`)
  }

  async afterAll(): Promise<void> {
    const file = this.#file
    this.#file = null
    for (const { name, text } of (await file?.end()) ?? []) {
      say(`${name === file?.hooks.name ? 'Hooks' : `"${name}"`} left behind:\n${text}`)
    }
    // A worker of mocha's pool waits for the next file.
    if (process.env['MOCHA_WORKER_ID'] === undefined) exitNote.ended(testSettings.exitMs)
  }

  #openFile(): TestFile {
    this.#file ??= new TestFile('the run')
    return this.#file
  }

  /** That of the test which runs, or whose hook runs; that of the run for hooks of suites. */
  #runOf(runnable: Runnable): TestRun {
    const test = runnable.type === 'test' ? runnable : isOfTest(runnable) ? runnable.ctx?.currentTest : undefined
    if (test === undefined) return this.#openFile().hooks
    let run = this.#runs.get(test)
    if (run === undefined) {
      run = this.#openFile().begin(test.title)
      this.#runs.set(test, run)
    }
    return run
  }
}

function isOfTest(hook: Runnable): boolean {
  return /^"(?:before|after) each" hook/.test(hook.originalTitle ?? hook.title)
}

const isFollowed = new WeakSet<object>()

/** Mocha's own functions for tests and hooks are replaced, once for all of them: there may be several mochas. */
function followCalls(hook: Runnable, runOf: (runnable: Runnable) => TestRun): void {
  let prototype = Object.getPrototypeOf(hook) as (RunnableMethods & object) | null
  while (prototype !== null && !Object.hasOwn(prototype, 'run')) prototype = Object.getPrototypeOf(prototype)
  if (prototype === null || typeof prototype._timeoutError !== 'function' || isFollowed.has(prototype)) return
  isFollowed.add(prototype)
  const { run, _timeoutError } = prototype
  prototype.run = function (done) {
    const { fn } = this
    if (typeof fn !== 'function' || isOwnHook(fn)) return runUnfollowed(run, this, [done])
    const own = runOf(this)
    // It is called before mocha's `run` returns.
    this.fn = new Proxy(fn, { apply: (target, self, args) => own.run(target, self, args) })
    const ended = (error?: unknown, ...rest: never[]) => {
      hideOwnFrames(error)
      return runUnfollowed(done, undefined, [error, ...rest])
    }
    try {
      return runUnfollowed(run, this, [ended])
    } finally {
      this.fn = fn
    }
  }
  prototype._timeoutError = function (ms) {
    const error = Reflect.apply(_timeoutError, this, [ms])
    hideOwnFrames(error)
    addText(error, runOf(this).timeoutText())
    return error
  }
}

function addText(error: Error, text: string | null): void {
  if (text === null) return
  const { message, stack } = error
  error.message = `${message}\n\n${text}`
  error.stack = stack?.replace(message, () => error.message) ?? ''
}

function rootOf(suite: Suite): Suite {
  let root = suite
  while (root.parent !== undefined) root = root.parent
  return root
}

function putLast(hooks: Runnable[], isOurs: WeakSet<AnyFunction>): void {
  const at = hooks.findIndex(({ fn }) => isOurs.has(fn))
  if (at !== -1) hooks.push(...hooks.splice(at, 1))
}

function say(text: string): void {
  try {
    writeSync(2, `async-trace: ${text}\n`)
  } catch {
    // Nothing reads it.
  }
}

const OWN_HOOKS = new WeakSet<AnyFunction>()

function isOwnHook(fn: AnyFunction): boolean {
  return OWN_HOOKS.has(fn)
}

/** Root hooks, which Mocha finds by the name `mochaHooks`. */
export interface MochaHooks {
  beforeAll(this: unknown): void
  afterEach(this: unknown): Promise<void>
  afterAll(this: unknown): Promise<void>
}

export function mochaHooks(): MochaHooks {
  const runs = new MochaRuns()
  const hooks: MochaHooks = {
    beforeAll() {
      runs.beforeAll(this as HookContext)
    },
    afterEach() {
      return runs.afterEach(this as HookContext)
    },
    afterAll() {
      return runs.afterAll()
    },
  }
  for (const hook of Object.values(hooks)) OWN_HOOKS.add(hook)
  return hooks
}
