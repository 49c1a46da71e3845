import { writeSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { callRepeatedly } from '../engine/real-clock.js'
import { WATCHDOG_NAME } from '../engine/worker-title.js'
import { countFault } from '../record/faults.js'
import { mute } from '../record/recorder.js'
import { QuietReport } from './quiet-report.js'
import { type QuietThreadData, SLOTS, watchFromThread } from './quiet-thread.js'

/** As Node made it: none of our patches is to take the watchdog for a worker of the program. */
const NodeWorker = Worker

const MOST_BEAT_MS = 1_000
const LEAST_BEAT_MS = 20

/** Watches one thread for a run that produces nothing. */
class QuietWatch {
  readonly #buffer = new SharedArrayBuffer(SLOTS.bytes)
  readonly #counters = new Int32Array(this.#buffer, 0, SLOTS.counters)
  readonly #name = new Uint8Array(this.#buffer, SLOTS.nameAt)
  readonly #encoder = new TextEncoder()
  readonly #report: QuietReport
  readonly #worker: Worker
  readonly #stopBeats: () => void
  #testName: string | null = null
  #bytesWritten = bytesWritten()

  constructor(quietMs: number) {
    this.#report = new QuietReport(quietMs)
    const beatMs = Math.min(MOST_BEAT_MS, Math.max(LEAST_BEAT_MS, quietMs / 10))
    const blockedText = "globalThis[Symbol.for('async-trace.instance')].quiet.blockedText"
    const workerData: QuietThreadData = { buffer: this.#buffer, slots: SLOTS, quietMs, beatMs, blockedText }
    const code = `(${watchFromThread})(process.getBuiltinModule('node:worker_threads').workerData)`
    // Nothing that the program has its own workers load.
    this.#worker = new NodeWorker(code, { eval: true, execArgv: [], env: {}, name: WATCHDOG_NAME, workerData })
    this.#worker.on('error', countFault)
    this.#worker.unref()
    this.#stopBeats = callRepeatedly(() => {
      quietly(() => this.#beat())
      return beatMs
    }, beatMs)
  }

  /** @param testName of the test that begins; null if one has ended; left out if it goes on. */
  note(testName?: string | null): void {
    Atomics.add(this.#counters, SLOTS.activity, 1)
    Atomics.store(this.#counters, SLOTS.resting, 0)
    if (testName === undefined) return
    this.#testName = testName
    const { written } = this.#encoder.encodeInto(testName ?? '', this.#name)
    Atomics.store(this.#counters, SLOTS.nameLength, written)
  }

  /** Nothing is to happen until the next note. */
  rest(): void {
    Atomics.store(this.#counters, SLOTS.resting, 1)
  }

  /** Asked through the inspector, wherever this thread is. Null: no function of the program is on the stack. */
  blockedText(times: number): string | null {
    if (this.#lookForOutput()) return ''
    return this.#report.blockedText(times, this.#testName)
  }

  stop(): void {
    this.#stopBeats()
    void this.#worker.terminate()
  }

  #beat(): void {
    const isOutputNew = this.#lookForOutput()
    const times = Atomics.exchange(this.#counters, SLOTS.request, 0)
    if (times > 0 && !isOutputNew) writeSync(2, `${this.#report.pendingText(times, this.#testName)}\n`)
  }

  #lookForOutput(): boolean {
    const bytes = bytesWritten()
    if (bytes === this.#bytesWritten) return false
    this.#bytesWritten = bytes
    Atomics.add(this.#counters, SLOTS.activity, 1)
    return true
  }
}

/** Not of files, whose sizes the watchdog compares. */
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
  /** @param quietMs how long a run may be quiet; 0 for ever. A watch with the same limit goes on as it was. */
  start(quietMs: number): void {
    if (quietMs === limitMs) return
    quiet.stop()
    limitMs = quietMs
    if (quietMs > 0) {
      quietly(() => {
        watch = new QuietWatch(quietMs)
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
