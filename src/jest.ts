/**
 * `setupFilesAfterEnv: ['async-trace/jest']`: a test that times out says what it waits for, and one that leaves work behind is
 * named. For jest-circus (Jest 29 and 30); its state is read where it keeps it.
 */
import type { Instance } from './instance.js'
import { runnerInstance as findInstance } from './runner-instance.js'
import type { TestFile, TestRun } from './testing/test-file.js'

export { setTestOptions } from './runner-instance.js'
export type { LeakMode, TestOptions } from './testing/test-settings.js'

type AnyFunction = (...args: never[]) => unknown

interface CircusHook {
  fn: AnyFunction
  readonly type: 'beforeAll' | 'afterAll' | 'beforeEach' | 'afterEach'
}

interface CircusTest {
  readonly type: 'test'
  readonly name: string
  readonly errors: unknown[]
  fn?: AnyFunction
}

interface CircusBlock {
  readonly type: 'describeBlock'
  readonly children: readonly (CircusBlock | CircusTest)[]
  readonly hooks: CircusHook[]
}

interface CircusState {
  readonly rootDescribeBlock: CircusBlock
  readonly currentlyRunningTest: CircusTest | null
}

interface JestGlobals {
  beforeAll(hook: () => void): void
  afterAll(hook: () => unknown): void
  beforeEach(hook: () => void): void
  afterEach(hook: () => unknown): void
  expect?: { getState?(): { testPath?: string } }
}

type CircusHandler = (event: { readonly name: string }, state: CircusState) => void

const runnerInstance = findInstance()
const runs = new WeakMap<object, TestRun>()
const state = circusState()
if (state !== null && runnerInstance !== null) listen(runnerInstance, state, globalThis as unknown as JestGlobals)

/** Null in other runners than jest-circus. */
function circusState(): CircusState | null {
  const key = Object.getOwnPropertySymbols(globalThis).find(({ description }) => description === 'JEST_STATE_SYMBOL')
  const found: unknown = key === undefined ? null : Reflect.get(globalThis, key)
  return typeof found === 'object' && found !== null && 'rootDescribeBlock' in found ? (found as CircusState) : null
}

function listen(instance: Instance, circus: CircusState, jest: JestGlobals): void {
  unfollowRunner(instance)
  tellOfLateLogs(instance)
  const { hooks } = circus.rootDescribeBlock
  let opened: TestFile | null = null
  const first = hooks.length
  jest.beforeAll(() => {
    instance.exitNote.resumed()
    opened = instance.openTestFile(jest.expect?.getState?.().testPath ?? 'this file', circus.rootDescribeBlock)
    if (opened !== null) wrapAll(circus, circus.rootDescribeBlock, opened, new Set(own))
  })
  jest.beforeEach(() => {
    const test = circus.currentlyRunningTest
    if (test === null || opened === null) return
    const run = opened.begin(test.name)
    runs.set(test, run)
    listenToErrors(instance, test.errors, run)
  })
  const own = hooks.slice(first)
  const last = hooks.length
  jest.afterEach(async () => {
    const test = circus.currentlyRunningTest
    const left = test === null ? null : await runs.get(test)?.end()
    if (test !== null) runs.delete(test)
    if (left != null) tell(instance, `"${test?.name}"`, left)
  })
  jest.afterAll(async () => {
    const left = (await opened?.end()) ?? []
    instance.noteJestFileEnd()
    for (const { name, text } of left) {
      tell(instance, name === opened?.hooks.name ? 'This file' : `"${name}"`, text)
    }
  })
  const after = hooks.slice(last)
  own.push(...after)
  keepLast(hooks, after)
}

/** Jest tells its handlers of what it begins and ends, the first of them at once. */
function unfollowRunner(instance: Instance): void {
  const handlers: unknown = Reflect.get(globalThis, Symbol.for('EVENT_HANDLERS'))
  if (!Array.isArray(handlers)) return // Other events are those of the program's calls: `test()`, `describe()`.
  ;(handlers as CircusHandler[]).unshift(({ name }) => {
    if (/^(?:run|hook|test)_/.test(name)) instance.unfollow()
  })
}

/**
 * Once a test file is over, Jest puts a function here that says "Cannot log after tests are done", with the line that logs. What
 * the line came from is said below. A wrapper would be in the stack that Jest shows, so it is said when Jest reads the function.
 */
function tellOfLateLogs(instance: Instance): void {
  const jests: object = console
  let log: unknown = Reflect.get(jests, '_log')
  if (typeof log !== 'function') return
  let isLate = false
  const get = (): unknown => {
    if (isLate) tellPath(instance)
    return log
  }
  const set = (value: unknown): void => {
    log = value
    isLate = true
  }
  Object.defineProperty(jests, '_log', { configurable: true, enumerable: false, get, set })
}

function tellPath(instance: Instance): void {
  try {
    const path = instance.collectAsyncTrace()
    const from = path.frames.findIndex(({ filename }) => filename !== null && !filename.includes('node_modules'))
    const own = { ...path, frames: path.frames.slice(Math.max(from, 0)) }
    const text = instance.formatAsyncTrace(own, { style: 'stack' })
    process.nextTick(() => process.stderr.write(`async-trace: this was logged by\n${text}\n\n`))
  } catch {
    // Jest says what it has to say.
  }
}

/** Functions and hooks are wrapped where Jest keeps them: what they begin is then known to be the test's. */
function wrapAll(circus: CircusState, block: CircusBlock, file: TestFile, own: ReadonlySet<CircusHook>): void {
  const runOfPresent = () => (circus.currentlyRunningTest === null ? undefined : runs.get(circus.currentlyRunningTest))
  for (const hook of block.hooks) {
    if (own.has(hook)) continue
    hook.fn = file.wrap(hook.fn, hook.type.endsWith('All') ? () => file.hooks : runOfPresent)
  }
  for (const child of block.children) {
    if (child.type === 'describeBlock') wrapAll(circus, child, file, own)
    else if (child.fn !== undefined) child.fn = file.wrap(child.fn, () => runs.get(child))
  }
}

/** Jest calls the hooks of a block in their order: what is left is to be looked at after all of the program's. */
function keepLast(hooks: CircusHook[], last: readonly CircusHook[]): void {
  const push = (...added: CircusHook[]): number => {
    hooks.splice(hooks.length - last.length, 0, ...added)
    return hooks.length
  }
  Object.defineProperty(hooks, 'push', { value: push, configurable: true, writable: true })
}

/** Jest puts the message of a time limit that has passed there at once, before any hook ends what is open. */
function listenToErrors(instance: Instance, errors: unknown[], run: TestRun): void {
  const { push } = errors
  const value = (...added: unknown[]): number =>
    push.apply(
      errors,
      added.map((error) => {
        // The second is where the test was declared: Jest gives it a message later, and its stack is not to be made before.
        instance.hideOwnFrames(Array.isArray(error) ? error[0] : error)
        return withReason(error, run)
      }),
    )
  Object.defineProperty(errors, 'push', { value, configurable: true, writable: true })
}

function withReason(error: unknown, run: TestRun): unknown {
  if (!Array.isArray(error) || !/^Exceeded timeout of .* for a (?:test|hook)/.test(String(error[0]))) return error
  try {
    const text = run.timeoutText()
    return text === null ? error : [`${error[0]}\n\n${text}`, ...error.slice(1)]
  } catch {
    return error
  }
}

function tell(instance: Instance, who: string, left: string): void {
  const text = `${who} left behind:\n${left}`
  if (instance.testSettings.leaks === 'fail') throw errorWithoutStack(text)
  // Jest prints the lines of code that print.
  instance.withoutStacks(() => console.warn(`async-trace: ${text}`))
}

/** Its lines would be ours. Jest's contexts have an `Error` of their own. */
function errorWithoutStack(text: string): Error {
  const error = new Error(text)
  error.stack = `Error: ${text}`
  return error
}
