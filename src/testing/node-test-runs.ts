import { type NodeTest, type NodeTestListener, nodeTests } from '../patches/node-test.js'
import { exitNote } from './exit-note.js'
import { quiet } from './quiet-watch.js'
import { TestFile, type TestRun } from './test-file.js'
import { testSettings } from './test-settings.js'

/** Why node:test ends a test that has not ended by itself (Node 20 to 26). */
const CUT_SHORT = new Set(['testTimeoutFailure', 'cancelledByParent', 'testAborted'])

/** What this package adds to the tests of node:test: in the report of a test that timed out, what it waited for; and so on. */
class NodeTestRuns implements NodeTestListener {
  #file: TestFile | null = null
  readonly #runs = new WeakMap<object, TestRun>()
  readonly #texts = new WeakMap<TestRun, string>()
  /** Tests and hooks that run. */
  #running = 0

  onBegin(test: NodeTest, context: object): void {
    const known = this.#runOf.get(test)
    if (known === undefined) {
      this.#start()
      quiet.note(test.name)
    }
    const run = known ?? this.#openFile().begin(test.name)
    this.#runOf.set(test, run)
    this.#runs.set(context, run)
  }
  readonly #runOf = new WeakMap<NodeTest, TestRun>()

  call: NodeTestListener['call'] = (context, fn, self, args) => {
    const run = (context === null ? undefined : this.#runs.get(context)) ?? this.#openFile().hooks
    return run.run(fn, self, args)
  }

  onHookBegin(): void {
    this.#start()
  }

  onHookEnd(): void {
    this.#end()
  }

  onFailure: NodeTestListener['onFailure'] = (context, error, test) => {
    if (!CUT_SHORT.has(error.failureType ?? '')) return
    const run = context === null ? undefined : this.#runs.get(context)
    const text = (run ?? this.#openFile().hooks).timeoutText()
    if (text === null) return
    if (run === undefined) test.diagnostic(text)
    else this.#texts.set(run, text)
  }

  onEnd(test: NodeTest, isLast: boolean): void | Promise<void> {
    const run = this.#runOf.get(test)
    if (run === undefined) return
    this.#runOf.delete(test)
    quiet.note(null)
    const text = this.#texts.get(run)
    if (text !== undefined) test.diagnostic(text)
    const isNested = test.parent?.parent != null && test.parent.constructor.name !== 'Suite'
    if (isLast || isNested) {
      this.#file?.judgeLater(run)
      this.#end()
      return
    }
    const left = run.end()
    if (left === null) this.#end()
    else
      return Promise.resolve(left).then((lines) => {
        if (lines !== null) tell(test, `This test left behind:\n${lines}`)
        this.#end()
      })
  }

  #openFile(): TestFile {
    this.#file ??= new TestFile('file')
    return this.#file
  }

  #start(): void {
    this.#running++
    exitNote.resumed()
  }

  #end(): void {
    this.#running--
    if (this.#running === 0) exitNote.ended(2000)
  }
}

function tell(test: NodeTest, text: string): void {
  if (testSettings.leaks === 'fail') test.fail(new Error(text))
  test.diagnostic(text)
}

/** Follows the tests of node:test in this process from now on. */
export function followNodeTests(): void {
  nodeTests.listener ??= new NodeTestRuns()
}
