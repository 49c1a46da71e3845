import type { Paths } from '../format/frame-text.js'
import { printable } from '../format/printable.js'
import { traceText } from '../format/trace-text.js'
import { durationText } from '../model/duration-text.js'
import { dumpTasks } from '../walk/capture-tasks.js'
import { creationPath } from '../walk/creation-path.js'
import { readMoment } from '../walk/moment.js'
import { keptAlive } from '../walk/own-kept-alive.js'
import { openItems, type PendingItem, taskItems } from './pending-items.js'

/** What a quiet run is said to wait for: all of it the first time, then only what has not changed. */
export class QuietReport {
  readonly #quietMs: number
  readonly #paths: Paths = 'relative'
  #lastItems: ReadonlySet<string> = new Set()
  #lastFrames: readonly string[] = []

  constructor(quietMs: number) {
    this.#quietMs = quietMs
  }

  /** What is pending, without reading the heap. @param times for how many times the limit nothing has happened. */
  pendingText(times: number, testName: string | null): string {
    const tasks = taskItems(dumpTasks(true, readMoment(false)).tasks, this.#paths)
    const open = openItems(keptAlive(), this.#paths)
    const isAgain = times > 1
    const isShown = ({ key }: PendingItem) => !isAgain || this.#lastItems.has(key)
    const sections = [
      ...section(isAgain ? 'Waiting since then:' : 'Still waiting:', tasks.filter(isShown)),
      ...section(isAgain ? 'Open since then:' : 'Still open:', open.filter(isShown)),
    ]
    this.#lastItems = new Set([...tasks, ...open].map(({ key }) => key))
    const nothing = isAgain ? 'Nothing that was pending then is still the same.' : 'Nothing of the program is pending.'
    return [this.#heading(times, testName), ...(sections.length > 0 ? sections : [nothing])].join('\n')
  }

  /**
   * The stack of this thread, which does not come to its event loop, and how it came there.
   *
   * @returns null if no function of the program is running at this moment.
   */
  blockedText(times: number, testName: string | null): string | null {
    const trace = creationPath({ internals: false, limit: Number.POSITIVE_INFINITY })
    const isRunning = trace.frames.some(({ filename, boundary }) => filename !== null && boundary === null)
    if (!isRunning) return null
    const lines = traceText(trace, { style: 'stack' }).split('\n')
    const unchanged = times > 1 ? commonEnd(this.#lastFrames, lines) : []
    this.#lastFrames = lines
    const blocked =
      unchanged.length > 0
        ? 'The event loop is still blocked. Unchanged on its stack:'
        : 'The event loop is blocked by:'
    return [this.#heading(times, testName), blocked, ...(unchanged.length > 0 ? unchanged : lines)].join('\n')
  }

  #heading(times: number, testName: string | null): string {
    const within = testName === null ? '' : `, in the test "${printable(testName)}"`
    return `async-trace: no output and no test event for ${durationText(times * this.#quietMs)}${within}.`
  }
}

function section(heading: string, items: readonly PendingItem[]): string[] {
  return items.length === 0 ? [] : [heading, ...items.flatMap(({ lines }) => lines)]
}

/** The lines that two lists end with. */
function commonEnd(one: readonly string[], other: readonly string[]): string[] {
  let length = 0
  while (length < other.length && one.at(-1 - length) === other.at(-1 - length)) length++
  return other.slice(other.length - length)
}
