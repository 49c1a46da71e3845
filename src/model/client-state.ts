/** A client of a server that has no connection: why, and what happens next. */
export interface ClientState {
  /** `Redis`. */
  readonly client: string
  /** False if the program has never told it to connect. */
  readonly isOpened: boolean
  readonly failure: { readonly code: string; readonly address: string } | null
  /** Until it tries again; null if that is not known. */
  readonly nextInMs: number | null
  /** How many commands or calls wait for the connection. */
  readonly waiting: number
}
