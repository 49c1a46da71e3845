import * as fs from 'node:fs'
import { isMainThread, Worker } from 'node:worker_threads'
import { ownFile } from '../engine/own-files.js'
import { callRepeatedly, now } from '../engine/real-clock.js'
import { WATCHDOG_NAME } from '../engine/worker-title.js'
import { countFault } from '../record/faults.js'
import { mute } from '../record/recorder.js'
import { quietClock, sizesOfOutputFiles } from './quiet-clock.js'
import { beatMsOf } from './quiet-limit.js'
import { QuietReport } from './quiet-report.js'
import { type QuietThreadData, SLOTS, watchFromThread } from './quiet-thread.js'

/** As Node made it: none of our patches is to take the watchdog for a worker of the program. */
const NodeWorker = Worker

const INSTANCE = "globalThis[Symbol.for('async-trace.instance')]"
/** Evaluated in a thread whose event loop is blocked. */
const BLOCKED_TEXT = `${INSTANCE}.quiet.blockedText`

/** Counters that both this thread and its watchdog see. */
class SharedCounters {
  readonly buffer = new SharedArrayBuffer(SLOTS.bytes)
  readonly #counters = new Int32Array(this.buffer, 0, SLOTS.counters)
  readonly #name = new Uint8Array(this.buffer, SLOTS.nameAt)
  readonly #encoder = new TextEncoder()

  get activity(): number {
    return Atomics.load(this.#counters, SLOTS.activity)
  }

  addActivity(): void {
    Atomics.add(this.#counters, SLOTS.activity, 1)
  }

  get isResting(): boolean {
    return Atomics.load(this.#counters, SLOTS.resting) === 1
  }

  set isResting(isResting: boolean) {
    Atomics.store(this.#counters, SLOTS.resting, isResting ? 1 : 0)
  }

  name(testName: string): void {
    const { written } = this.#encoder.encodeInto(testName, this.#name)
    Atomics.store(this.#counters, SLOTS.nameLength, written)
  }

  /** @returns what the watchdog asks: for how many times the limit nothing has happened, or 0. */
  takeRequest(): number {
    return Atomics.exchange(this.#counters, SLOTS.request, 0)
  }
}

/**
 * Watches one thread for a run that produces nothing. While its event loop turns, a timer is enough. If it does not turn, a
 * worker thread asks for the stack; or another process does, which saves this one the thread.
 */
class QuietWatch {
  readonly #counters = new SharedCounters()
  readonly #report: QuietReport
  readonly #worker: Worker | null
  readonly #takeTimes: () => number
  readonly #stopBeats: () => void
  readonly #beatMs: number
  #beatAtMs = now()
  #testName: string | null = null
  /** Null before it was first asked: that makes Node.js open these streams. */
  #bytesWritten: number | null = null

  constructor(quietMs: number, hasThread: boolean) {
    this.#report = new QuietReport(quietMs)
    const beatMs = beatMsOf(quietMs)
    this.#beatMs = beatMs
    this.#worker = hasThread ? startThread(this.#counters.buffer, quietMs, beatMs) : null
    if (hasThread) this.#takeTimes = () => this.#counters.takeRequest()
    else {
      const clock = quietClock(quietMs, now, () => sizesOfOutputFiles(fs))
      this.#takeTimes = () => clock.tick(this.#counters.activity, this.#counters.isResting)
    }
    this.#stopBeats = callRepeatedly(() => {
      quietly(() => this.#beat())
      return beatMs
    }, beatMs)
  }

  /** @param testName of the test that begins; null if one has ended; left out if it goes on. */
  note(testName?: string | null): void {
    this.#counters.addActivity()
    this.#counters.isResting = false
    if (testName === undefined) return
    this.#testName = testName
    this.#counters.name(testName ?? '')
  }

  /** Nothing is to happen until the next note. */
  rest(): void {
    this.#counters.isResting = true
  }

  /** Asked through the inspector, wherever this thread is. Null: no function of the program is on the stack. */
  blockedText(times: number): string | null {
    if (this.#lookForOutput() || this.#counters.isResting) return ''
    // Asked from another process, which does not know whether the event loop turns: then this thread prints by itself.
    if (this.#worker === null && now() - this.#beatAtMs < 2 * this.#beatMs + 1_000) return ''
    return this.#report.blockedText(times, this.#testName)
  }

  stop(): void {
    this.#stopBeats()
    void this.#worker?.terminate()
  }

  #beat(): void {
    this.#beatAtMs = now()
    const isOutputNew = this.#lookForOutput()
    const times = this.#takeTimes()
    if (times > 0 && !isOutputNew) fs.writeSync(2, `${this.#report.pendingText(times, this.#testName)}\n`)
  }

  #lookForOutput(): boolean {
    const bytes = bytesWritten()
    const before = this.#bytesWritten
    this.#bytesWritten = bytes
    if (before === null || before === bytes) return false
    this.#counters.addActivity()
    return true
  }
}

function startThread(buffer: SharedArrayBuffer, quietMs: number, beatMs: number): Worker {
  const memoryReader = process.platform === 'linux' ? ownFile('threads/heap-reader.cjs') : null
  const workerData: QuietThreadData = { buffer, slots: SLOTS, quietMs, beatMs, blockedText: BLOCKED_TEXT, memoryReader }
  const data = "process.getBuiltinModule('node:worker_threads').workerData"
  const code = `(${watchFromThread})(${data}, ${quietClock}, ${sizesOfOutputFiles})`
  // Nothing that the program has its own workers load.
  const worker = new NodeWorker(code, { eval: true, execArgv: [], env: {}, name: WATCHDOG_NAME, workerData })
  worker.on('error', countFault)
  worker.unref()
  return worker
}

/** Not of files, whose sizes are compared. */
function bytesWritten(): number {
  const { stdout, stderr } = process as { stdout: { bytesWritten?: number }; stderr: { bytesWritten?: number } }
  return (stdout.bytesWritten ?? 0) + (stderr.bytesWritten ?? 0)
}

function quietly(run: () => void): void {
  const before = mute(true)
  try {
    run()
  } catch (error) {
    countFault(error)
  } finally {
    mute(before)
  }
}

let watch: QuietWatch | null = null
let limitMs = 0

/** What the entries for test runners tell the watchdog of this thread. */
export const quiet = {
  /** Another process asks this one, if its event loop is blocked, before the watch starts. */
  isWatchedFromOutside: false,
  /** @param quietMs how long a run may be quiet; 0 for ever. A watch with the same limit goes on as it was. */
  start(quietMs: number): void {
    if (quietMs === limitMs) return
    quiet.stop()
    limitMs = quietMs
    if (quietMs > 0) {
      quietly(() => {
        // V8's inspector connects a thread to the main thread only.
        watch = new QuietWatch(quietMs, isMainThread && !quiet.isWatchedFromOutside)
      })
    }
  },
  /** Something has happened. @param testName of the test that begins; null if one has ended; left out if it goes on. */
  note(testName?: string | null): void {
    watch?.note(testName)
  },
  /** The tests have ended: what keeps the process alive is told elsewhere. */
  rest(): void {
    watch?.rest()
  },
  blockedText: (times: number): string | null => watch?.blockedText(times) ?? null,
  stop(): void {
    watch?.stop()
    watch = null
    limitMs = 0
  },
}
