import { collectGarbage } from '../engine/collect-garbage.js'
import { now } from '../engine/real-clock.js'
import { leftLines, timeoutText } from '../format/test-report-text.js'
import type { TestWork } from '../model/test-report.js'
import { begunWork } from '../record/begun-work.js'
import { holdYoungWaitsWeakly } from '../record/listed-waits.js'
import type { Origin } from '../record/origin.js'
import { mute } from '../record/recorder.js'
import { runInScope } from '../record/scoped-run.js'
import { WorkScope } from '../record/work-scope.js'
import { momentOfWaits, momentWithHolders } from '../walk/moment.js'
import { mayThingsBeOpen, openThings } from './open-things.js'
import { quiet } from './quiet-watch.js'
import { testSettings } from './test-settings.js'
import { mayFunctionsWait, waitingCalls } from './waiting-calls.js'

type AnyFunction = (...args: never[]) => unknown

// Those of Node, whatever clock a test puts in their place later.
const { setTimeout, setImmediate } = globalThis

/** Collections may take this share of the time of a file, and this much in any case. */
const MOST_COLLECTING = 0.05
const FREE_COLLECTING_MS = 200

/** How often it is looked whether what a test has begun is over. */
const POLL_MS = 5

/** A file of tests, for a runner's entry. What its hooks and tests begin is told from all else by where it comes from. */
export class TestFile {
  readonly hooks: TestRun
  /** What tests left that is judged when the file ends. */
  readonly #late: TestRun[] = []
  readonly #startedMs = now()
  #collectingMs = 0

  constructor(name: string) {
    this.hooks = new TestRun(this, name)
    quiet.start(testSettings.quietMs)
    quiet.note()
  }

  /** A test begins: before its own hooks and its function are called by `run`. */
  begin(name: string): TestRun {
    quiet.note(name)
    return new TestRun(this, name)
  }

  /** For the place where a runner keeps a function: called, it is the run's. Whatever else is read of it is as it was. */
  wrap(fn: AnyFunction, runOf: (...args: never[]) => TestRun | undefined): AnyFunction {
    return new Proxy(fn, {
      apply(target, self, args: unknown[]) {
        const run = runOf(...(args as never[]))
        return run === undefined ? Reflect.apply(target, self, args) : run.run(target, self, args)
      },
    })
  }

  /** After the last hook. @returns what tests and hooks have left, by the name of the test; that of the file for hooks. */
  async end(): Promise<{ name: string; text: string }[]> {
    if (testSettings.leaks === 'off') this.#late.length = 0
    const runs = [...this.#late, this.hooks].filter((run) => run.mayBeLeft())
    const left: { name: string; text: string }[] = []
    if (runs.length > 0 && testSettings.leaks !== 'off') {
      await grace(() => !runs.some((run) => run.mayBeLeft()))
      const isKnown = !runs.some((run) => run.mayFunctionsWait()) || (await this.#collectAnyway())
      for (const run of runs) {
        const text = linesText(run.left(isKnown))
        if (text !== null) left.push({ name: run.name, text })
      }
    }
    for (const run of [...this.#late, this.hooks]) run.close()
    this.#late.length = 0
    quiet.rest()
    return left
  }

  /** For a test that has ended: it is judged again with the file. */
  judgeLater(run: TestRun): void {
    this.#late.push(run)
  }

  /** Has V8 collect what nothing holds. @returns false if that has taken too much of the file's time already. */
  async collect(): Promise<boolean> {
    const sinceMs = now() - this.#startedMs
    if (this.#collectingMs > FREE_COLLECTING_MS + MOST_COLLECTING * sinceMs) return false
    return this.#collectAnyway()
  }

  async #collectAnyway(): Promise<boolean> {
    holdYoungWaitsWeakly()
    // What was looked at is not collected before the next turn.
    await turn()
    const startedMs = now()
    const isDone = await collectGarbage()
    this.#collectingMs += now() - startedMs
    return isDone
  }
}

/** One run of a test with its hooks, or the hooks of a file. */
export class TestRun {
  readonly name: string
  readonly #file: TestFile
  readonly #scope: WorkScope
  #isReported = false

  constructor(file: TestFile, name: string) {
    this.#file = file
    this.name = name
    this.#scope = new WorkScope(name)
    begunWork.open(this.#scope)
  }

  /**
   * Calls the test's function, or a hook of it: what it begins is the test's.
   *
   * @param from where its paths go on; left out for where it is called.
   */
  run(fn: AnyFunction, self: unknown, args: unknown[], from?: Origin | null): unknown {
    return runInScope(this.#scope, fn, self, args, from)
  }

  /** At the time limit: what the test waits for and has open; null if nothing is known. It is not said again at the end. */
  timeoutText(heading?: string): string | null {
    this.#isReported = true
    return timeoutText(this.#work(momentWithHolders), 'relative', heading)
  }

  /**
   * After the last hook of the test.
   *
   * @returns what it has left, to be printed or to fail with as `testSettings.leaks` says; null for nothing. At once, unless
   *   something may be left: then a moment later.
   */
  end(): string | null | Promise<string | null> {
    quiet.note(null)
    if (testSettings.leaks === 'off' || this.#isReported || !this.mayBeLeft()) {
      this.close()
      return null
    }
    return this.#judge()
  }

  async #judge(): Promise<string | null> {
    await grace(() => !this.mayBeLeft())
    if (!this.mayBeLeft()) {
      this.close()
      return null
    }
    this.#scope.held = null
    let work = this.#work()
    let isKnown = true
    if (work.waiting.length > 0) {
      // They may be garbage. Those of Node.js alone are not among them.
      isKnown = await this.#file.collect()
      work = this.#work()
    }
    const open = work.open.filter(({ isOfPackage }) => !isOfPackage)
    if (!isKnown || open.length < work.open.length) this.#file.judgeLater(this)
    const text = linesText(leftLines({ ...work, open, waiting: isKnown ? work.waiting : [] }, 'relative'))
    if (isKnown && open.length === work.open.length) this.close()
    else if (text !== null) this.#isReported = true
    return text
  }

  /** Cheap: garbage may be among the functions. */
  mayBeLeft(): boolean {
    return this.mayFunctionsWait() || mayThingsBeOpen(this.#scope)
  }

  mayFunctionsWait(): boolean {
    return mayFunctionsWait(this.#scope)
  }

  /** A line each. */
  left(areFunctionsKnown: boolean): string[] {
    if (this.#isReported) return []
    const work = this.#work()
    return leftLines(areFunctionsKnown ? work : { ...work, waiting: [] }, 'relative')
  }

  close(): void {
    begunWork.close(this.#scope)
  }

  /** By the records alone, unless `read` does more. */
  #work(read = momentOfWaits): TestWork {
    const before = mute(true)
    try {
      return { ...waitingCalls(this.#scope, read), open: openThings(this.#scope) }
    } finally {
      mute(before)
    }
  }
}

function linesText(lines: readonly string[]): string | null {
  const left = lines.filter((line) => !testSettings.isAllowed(line))
  return left.length === 0 ? null : left.map((line) => `  ${line.replaceAll('\n', '\n  ')}`).join('\n')
}

/** What a test has ended may take a moment to be over: a server that is closing, a function that has its last turn. */
async function grace(isOver: () => boolean): Promise<void> {
  const untilMs = now() + testSettings.graceMs
  // A process that gets no processor for so long has not had the time.
  const leastTurns = testSettings.graceMs / POLL_MS / 2
  for (let turns = 0; !isOver(); turns++) {
    if (now() >= untilMs && turns >= leastTurns) return
    await (turns < 3 ? turn() : new Promise<void>((resolve) => setTimeout(resolve, POLL_MS)))
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
