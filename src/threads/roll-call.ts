import type { OwnWorker } from '../engine/own-workers.js'
import type { InspectedWorker } from '../engine/worker-inspector.js'
import { answerOf, readAnswer, type ThreadAnswer, type ThreadReading } from './thread-answer.js'

/** Of a worker that V8's inspector does not list yet, or in which the tracer is not loaded yet. */
const NOT_STARTED = 'It has only just been started: its tasks cannot be read yet.'
const NO_ANSWER = 'Its tasks cannot be read while it does not answer.'

/**
 * Which worker threads there are, and what each has answered so far. There are those that the inspector lists, and those
 * that their maker lists: whatever happens, each has its line in the dump, unless it ends meanwhile.
 */
export class RollCall {
  /** By thread: its last answer; null if it has not answered. */
  readonly #listed = new Map<number, { readonly name: string; reading: ThreadReading | null }>()
  /** The workers of this thread. */
  #own: readonly OwnWorker[] = []
  /** By thread: the workers that it has made. */
  readonly #made = new Map<number, readonly OwnWorker[]>()
  readonly #ended = new Set<number>()

  /** This thread's own workers, as they are now. */
  expect(own: readonly OwnWorker[]): void {
    this.#own = own
  }

  begin({ threadId, name }: InspectedWorker): void {
    this.#listed.set(threadId, { name, reading: null })
  }

  end(threadId: number): void {
    this.#listed.delete(threadId)
    this.#ended.add(threadId)
  }

  /** @returns whether the worker need not be asked again. */
  take({ threadId, name }: InspectedWorker, value: unknown): boolean {
    const listed = this.#listed.get(threadId)
    if (listed === undefined) return true
    const reading = readAnswer({ threadId, name }, value)
    if (reading === null) return false
    listed.reading = reading
    this.#made.set(threadId, reading.answer.workers)
    return reading.kind === 'answered'
  }

  isEmpty(): boolean {
    return this.#listed.size === 0 && this.#own.length === 0
  }

  /** Whether each has told all that it can. */
  isComplete(): boolean {
    const expected = this.#expected()
    for (const threadId of expected.keys()) if (!this.#listed.has(threadId)) return false
    for (const [threadId, { reading }] of this.#listed) {
      const isUntraced = reading?.kind === 'untraced' && expected.get(threadId)?.isPrepared !== true
      if (reading?.kind !== 'answered' && !isUntraced) return false
    }
    return true
  }

  /** In the order of their numbers. */
  answers(): ThreadAnswer[] {
    const expected = this.#expected()
    const ids = [...new Set([...this.#listed.keys(), ...expected.keys()])].sort((a, b) => a - b)
    return ids.map((threadId) => this.#answerOf(threadId, expected.get(threadId)))
  }

  #answerOf(threadId: number, expected: OwnWorker | undefined): ThreadAnswer {
    const listed = this.#listed.get(threadId)
    const name = listed?.name ?? expected?.name ?? `worker ${threadId}`
    const reading = listed?.reading
    const isStarting = listed === undefined || (reading?.kind === 'untraced' && expected?.isPrepared === true)
    if (isStarting) return answerOf({ threadId, name }, 'busy', [], NOT_STARTED)
    return reading?.answer ?? answerOf({ threadId, name }, 'busy', [], NO_ANSWER)
  }

  #expected(): Map<number, OwnWorker> {
    const expected = new Map<number, OwnWorker>()
    for (const worker of [this.#own, ...this.#made.values()].flat()) {
      if (!this.#ended.has(worker.threadId)) expected.set(worker.threadId, worker)
    }
    return expected
  }
}
