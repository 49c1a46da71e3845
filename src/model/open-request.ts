import type { Frame } from './frame.js'

/** An HTTP request that has not been answered in full. */
export interface OpenRequest {
  /** `server`: this process has to answer it. `client`: it waits for the answer of another. */
  readonly side: 'server' | 'client'
  readonly method: string | null
  /** Without the query string, which may have secrets in it; null if unknown. */
  readonly path: string | null
  /** Of a client's: `host:port`. */
  readonly host: string | null
  /**
   * Of a server's: `arriving` (its body has not arrived in full, and nothing has been written), `unanswered` (nothing has
   * been written), `answering` (the answer has begun). Of a client's: `queued` (waits for a socket of its Agent),
   * `connecting`, `sending` (its body has not been sent in full), `sent`, `receiving`.
   */
  readonly state: 'arriving' | 'unanswered' | 'answering' | 'queued' | 'connecting' | 'sending' | 'sent' | 'receiving'
  /** Milliseconds since it began; null if unknown. */
  readonly ageMs: number | null
  /** Milliseconds since something was last written (server) or received (client); null if unknown. */
  readonly silentMs: number | null
  /** The last function of the program's own that ran for it; null if unknown. */
  readonly lastIn: Frame | null
  /** The nodes of the wait graph that have its response or wait for it; none: nothing that is pending has it. */
  readonly nodeIds: readonly number[]
  readonly threadId: number
}
