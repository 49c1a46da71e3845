import { writeSync } from 'node:fs'
import { printable } from '../format/printable.js'
import { countFault } from '../record/faults.js'
import { exitNote } from './exit-note.js'
import { type NodeTest, type NodeTestListener, nodeTests } from './node-test-objects.js'
import { hideOwnFrames } from './own-frames.js'
import { quiet } from './quiet-watch.js'
import { TestFile, type TestRun } from './test-file.js'
import { testSettings } from './test-settings.js'

/** By why node:test ends a test that has not ended by itself (Node 20 to 26). */
const HEADINGS: ReadonlyMap<string, string> = new Map([
  ['testTimeoutFailure', 'Still waiting when the test timed out:'],
  ['cancelledByParent', 'Still waiting when the test was cancelled:'],
  ['testAborted', 'Still waiting when the test was aborted:'],
])

/** As Node made it, whatever clock a test puts in its place. */
const { setImmediate } = globalThis

interface Known {
  readonly test: NodeTest
  readonly run: TestRun
  /** What it waited for when it was cut short. */
  text: string | null
}

/** Adds to the tests of node:test: why one timed out, what it left, and why the process does not exit. */
class NodeTestRuns implements NodeTestListener {
  #file: TestFile | null = null
  readonly #running = new Map<NodeTest, Known>()
  /** By what the functions and hooks of a test are called with. */
  readonly #known = new WeakMap<object, Known>()
  #runningHooks = 0
  #isEnding = false
  #root: NodeTest | null = null

  onBegin(test: NodeTest, context: object): void {
    let known = this.#running.get(test)
    if (known === undefined) {
      exitNote.resumed()
      this.#root = rootOf(test)
      known = { test, run: this.#openFile().begin(test.name), text: null }
      this.#running.set(test, known)
    }
    this.#known.set(context, known)
  }

  call: NodeTestListener['call'] = (context, fn, self, args, from) => {
    const known = context === null ? undefined : this.#known.get(context)
    return (known?.run ?? this.#openFile().hooks).run(fn, self, args, from)
  }

  onHookBegin(): void {
    exitNote.resumed()
    this.#runningHooks++
  }

  onHookEnd(): void {
    this.#runningHooks--
    this.#lookForEnd()
  }

  onFailure: NodeTestListener['onFailure'] = (context, error, test) => {
    const { failureType = '', cause } = error
    // Node prints the stack of the one or of the other.
    hideOwnFrames(error)
    hideOwnFrames(cause)
    const heading = HEADINGS.get(failureType)
    if (heading === undefined) return
    const known = context === null ? undefined : this.#known.get(context)
    const text = (known?.run ?? this.#openFile().hooks).timeoutText(heading)
    if (text === null) return
    if (known === undefined) addLines(test, text)
    else known.text ??= text
  }

  onEnd(test: NodeTest, isLast: boolean): void | Promise<void> {
    const known = this.#running.get(test)
    if (known === undefined) return
    if (known.text !== null) addLines(test, known.text)
    // What a subtest has left may be meant for its parent.
    const isPart = test.parent?.parent != null && test.parent.constructor.name !== 'Suite'
    if (isLast || isPart) {
      quiet.note(null)
      this.#file?.judgeLater(known.run)
      return this.#forget(test)
    }
    const left = known.run.end()
    if (left === null) return this.#forget(test)
    return Promise.resolve(left).then((lines) => {
      if (lines !== null) tell(test, lines)
      this.#forget(test)
    })
  }

  /** Up to Node 22, tests are cancelled when nothing is left that could wake them. Later versions wait for ever. */
  onEmptyLoop(): void {
    for (const known of this.#running.values()) {
      if (known.text !== null || Number.isFinite(known.test.timeout)) continue
      const heading = `async-trace: the test "${printable(known.test.name)}" cannot end: the event loop has nothing left to do. Waiting:`
      known.text = known.run.timeoutText(heading)
      if (known.text !== null) writeSync(2, `${known.text}\n`)
    }
  }

  #openFile(): TestFile {
    this.#file ??= new TestFile('the file')
    return this.#file
  }

  #forget(test: NodeTest): void {
    this.#running.delete(test)
    this.#lookForEnd()
  }

  /** Tests follow on each other without a turn of the event loop between them. */
  #lookForEnd(): void {
    if (this.#isEnding || this.#isBusy()) return
    this.#isEnding = true
    setImmediate(() => {
      this.#isEnding = false
      if (!this.#isBusy()) this.#end().catch(countFault)
    })
  }

  #isBusy(): boolean {
    return this.#running.size > 0 || this.#runningHooks > 0
  }

  async #end(): Promise<void> {
    exitNote.ended(testSettings.exitMs)
    const file = this.#file
    this.#file = null
    for (const { name, text } of (await file?.end()) ?? []) {
      if (this.#root !== null)
        addLines(this.#root, `${name === file?.hooks.name ? 'Hooks' : `"${name}"`} left behind:\n${text}`)
    }
  }
}

function rootOf(test: NodeTest): NodeTest {
  let root = test
  while (root.parent !== null) root = root.parent
  return root
}

function tell(test: NodeTest, lines: string): void {
  const text = `This test left behind:\n${lines}`
  if (testSettings.leaks === 'fail') test.fail(new Error(text))
  else addLines(test, text)
}

/** Not every reporter takes several lines as one message. */
function addLines(test: NodeTest, text: string): void {
  for (const line of text.split('\n')) test.diagnostic(line)
}

/** Follows the tests of node:test in this process from now on. @param isWatched by the process that has started this one. */
export function followNodeTests(isWatched: boolean): void {
  if (nodeTests.listener !== null) return
  quiet.isWatchedFromOutside = isWatched
  const runs = new NodeTestRuns()
  nodeTests.listener = runs
  quiet.start(testSettings.quietMs)
  // After the listener of Node's own, which cancels what it does not wait for.
  process.on('beforeExit', () => queueMicrotask(() => runs.onEmptyLoop()))
}
