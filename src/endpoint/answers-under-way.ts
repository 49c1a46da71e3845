import type { ServerResponse } from 'node:http'
import { RequestRefusal } from './request-refusal.js'

/** Of different answers together. What is larger alone is sent alone. */
const MOST_BYTES = 64 * 2 ** 20
/** An answer that nobody has read to its end for so long is cut off where the next one needs its room. */
const PATIENCE_MS = 10_000

interface UnderWay {
  readonly response: ServerResponse
  readonly body: Buffer
  readonly sinceMs: number
}

/** What readers that do not read can hold of memory: it has a bound, however many they are. */
export class AnswersUnderWay {
  readonly #open = new Set<UnderWay>()
  /** Readers of each body: those that came during one capture share it. */
  readonly #readers = new Map<Buffer, number>()
  #bytes = 0

  /**
   * @param send is called if there is room.
   * @throws {RequestRefusal} if there is none.
   */
  send(response: ServerResponse, body: Buffer, send: () => void): void {
    if (!this.#hasRoomFor(body)) this.#cutOffSlow()
    if (!this.#hasRoomFor(body)) {
      const message = 'Too many answers are still being read. Read them, or ask again later.'
      throw new RequestRefusal(503, 'BUSY', message, { 'retry-after': String(PATIENCE_MS / 1000) })
    }
    const entry = { response, body, sinceMs: performance.now() }
    this.#open.add(entry)
    const readers = this.#readers.get(body) ?? 0
    this.#readers.set(body, readers + 1)
    if (readers === 0) this.#bytes += body.length
    response.once('close', () => this.#release(entry))
    send()
  }

  #hasRoomFor(body: Buffer): boolean {
    return this.#bytes === 0 || this.#readers.has(body) || this.#bytes + body.length <= MOST_BYTES
  }

  #cutOffSlow(): void {
    for (const entry of this.#open) {
      if (performance.now() - entry.sinceMs < PATIENCE_MS) continue
      this.#release(entry)
      entry.response.destroy()
    }
  }

  #release(entry: UnderWay): void {
    if (!this.#open.delete(entry)) return
    const readers = (this.#readers.get(entry.body) ?? 1) - 1
    if (readers > 0) {
      this.#readers.set(entry.body, readers)
      return
    }
    this.#readers.delete(entry.body)
    this.#bytes -= entry.body.length
  }
}
