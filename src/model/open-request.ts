import type { Frame } from './frame.js'

/** An HTTP request without a complete answer. */
export interface OpenRequest {
  /** `server`: this process must answer it. `client`: this process has sent it. */
  readonly side: 'server' | 'client'
  readonly method: string | null
  /** Without the query string, which may have secrets in it; null if unknown. */
  readonly path: string | null
  /** Of a client request: `host:port`. */
  readonly host: string | null
  /**
   * Of a server's: `arriving` (its body has not arrived in full, and nothing has been written), `unanswered` (nothing has
   * been written), `answering` (the answer has begun). Of a client's, see `ClientRequestState`.
   */
  readonly state: 'arriving' | 'unanswered' | 'answering' | ClientRequestState
  /** Bytes of a client's request that are not sent: if `blocked`, those that wait; if `short`, those never written. */
  readonly missingBytes?: number
  /** `127.0.0.1:5000 > 10.0.0.7:80`, the client first: the same on both sides. Left out if unknown. */
  readonly connection?: string
  /** Milliseconds since it began; null if unknown. */
  readonly ageMs: number | null
  /** Milliseconds since something was last written (server) or received (client); null if unknown. */
  readonly silentMs: number | null
  /** The last function of the program that ran for it; null if unknown. */
  readonly lastIn: Frame | null
  /** The wait-graph nodes that hold its response or wait for it; empty if there are none. */
  readonly nodeIds: readonly number[]
  readonly threadId: number
}

/**
 * `queued`: waits for a socket of its Agent. `connecting`; `securing`: in the TLS handshake. `sending`: the program has not
 * ended its body. `blocked`: bytes wait in this process, because the connection takes no more. `short`: ended with fewer
 * bytes than its Content-Length promises. `ended`: whether all of its body was sent is not known. `sent`; `receiving`: the
 * answer has begun.
 */
export type ClientRequestState =
  | 'queued'
  | 'connecting'
  | 'securing'
  | 'sending'
  | 'blocked'
  | 'short'
  | 'ended'
  | 'sent'
  | 'receiving'
