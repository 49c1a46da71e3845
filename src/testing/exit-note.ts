import { writeSync } from 'node:fs'
import { callRepeatedly, now } from '../engine/real-clock.js'
import { keptAliveText } from '../format/kept-alive-text.js'
import { durationText } from '../model/duration-text.js'
import { countFault } from '../record/faults.js'
import { mute } from '../record/recorder.js'
import { keptAlive } from '../walk/own-kept-alive.js'

const CHECK_MS = 100

/** Says what keeps the process alive if it does not exit although its tests have ended. */
class ExitNote {
  #graceMs = 0
  #endedAtMs: number | null = null
  #isLast = () => true
  #isInHaste = false
  #stop: (() => void) | null = null

  /**
   * No test and no hook is running.
   *
   * @param graceMs how long the process may take to exit.
   * @param isLast whether the runner has nothing else to do: the time begins when it says so.
   * @param isInHaste the process is about to be ended: nothing is searched in the heap.
   */
  ended(graceMs: number, isLast = () => true, isInHaste = false): void {
    this.#graceMs = graceMs
    this.#isLast = isLast
    this.#isInHaste = isInHaste
    this.#endedAtMs = now()
    this.#stop ??= quietly(() => callRepeatedly(() => this.#check(), Math.min(CHECK_MS, graceMs)))
  }

  /** A test or hook begins after all. */
  resumed(): void {
    this.#endedAtMs = null
  }

  #check(): number {
    const graceMs = this.#graceMs
    const nextMs = Math.min(CHECK_MS, graceMs)
    if (this.#endedAtMs === null) return nextMs
    if (!this.#isLast()) this.#endedAtMs = now()
    if (now() - this.#endedAtMs < graceMs) return nextMs
    this.#stop?.()
    quietly(() => {
      const text = keptAliveText(keptAlive(this.#isInHaste), 'relative')
      if (text === null) return
      const since = `async-trace: the tests have ended, but the process has not exited within ${durationText(graceMs)}.`
      writeSync(2, `${since}\n${text}\n`)
    })
    return graceMs
  }
}

function quietly<T>(run: () => T): T | null {
  const before = mute(true)
  try {
    return run()
  } catch (error) {
    countFault(error)
    return null
  } finally {
    mute(before)
  }
}

export const exitNote = new ExitNote()
