/**
 * A resource that can settle a promise, as plain facts: what it is, its addresses, its delays. No text for a person;
 * `waits/leaf-names.ts` makes that. Every way of asking (records, an inspector, a heap snapshot) gives these.
 */
export type Resource =
  | Timer
  | { readonly kind: 'immediate' }
  | Socket
  | { readonly kind: 'server'; readonly local: string | null }
  | { readonly kind: 'connecting'; readonly remote: string | null }
  | { readonly kind: 'writing' }
  | ChildProcess
  /** 0, 1 or 2. */
  | { readonly kind: 'standard stream'; readonly fd: number }
  /** `threadId` is null for one that has ended or whose id cannot be read. */
  | { readonly kind: 'worker'; readonly threadId: number | null }
  | { readonly kind: 'message port' }
  | { readonly kind: 'file operation' }
  | { readonly kind: 'file watch' }
  | { readonly kind: 'HTTP request' }
  | { readonly kind: 'dns'; readonly query: 'lookup' | 'name' | 'query'; readonly name: string | null }
  /** Another operation of Node's, by Node's own name for it: `SCRYPTREQUEST`, `Zlib`. */
  | { readonly kind: 'operation'; readonly name: string }

/** All times in milliseconds, null where they cannot be read. */
export interface Timer {
  readonly kind: 'timer'
  readonly delayMs: number | null
  readonly remainingMs: number | null
  readonly repeats: boolean
}

export interface Socket {
  readonly kind: 'socket'
  /** Unknown where only the heap shows the socket, which has no addresses in it. */
  readonly transport: 'tcp' | 'pipe' | 'udp' | 'unknown'
  /** `address:port`, or the path of a pipe. */
  readonly local: string | null
  readonly remote: string | null
}

export interface ChildProcess {
  readonly kind: 'child process'
  /** Null before it is started. */
  readonly pid: number | null
  readonly file: string | null
  /** Of one of its pipes: the place among its standard streams. */
  readonly stream: number | null
}

export interface HoldingProcess {
  readonly pid: number
  /** The name of its program; empty if it is not known. */
  readonly command: string
}

/** What an emitter has come to that matters to those who listen. */
export type EmitterState =
  /** It will not emit any of Node's events any more. */
  | { readonly kind: 'closed' }
  /** A child process. `openStreams`: the places of its pipes that are still open. `heldBy`: the processes that have their other ends, if known. */
  | {
      readonly kind: 'exited'
      readonly code: number | null
      readonly signal: string | null
      readonly openStreams: readonly number[]
      readonly heldBy: readonly HoldingProcess[]
    }
  /** A child process that writes to pipes that are full, as nothing reads from them: their places. */
  | { readonly kind: 'unread output'; readonly streams: readonly number[] }
  /** A server that no longer listens and has open connections. `upgraded`: how many of them HTTP has handed over, as to a WebSocket. */
  | { readonly kind: 'closing'; readonly connections: number; readonly upgraded: number }
  /** A stream whose buffer is full, and of which nothing reads. */
  | { readonly kind: 'unread' }

/** What brings a promise to settle, as plain facts. */
export type Waker =
  | {
      readonly kind: 'resource'
      readonly resource: Resource
      /** The class of the program's object between the resource and the promise. */
      readonly through: string | null
      /** `.pending`: the list or map of that object in which the resolver is stored. */
      readonly listedIn: string | null
    }
  | {
      readonly kind: 'event'
      /** Null for a name that may be a value of the program's, and a secret. */
      readonly event: string | null
      readonly emitter: Resource | string
      readonly state: EmitterState | null
    }
  /** `stream.finished()` or `pipeline()`. */
  | { readonly kind: 'stream end'; readonly stream: Resource | string; readonly state: EmitterState | null }
  /** `question()` of `node:readline`. */
  | { readonly kind: 'answer'; readonly of: string }
  | { readonly kind: 'web stream'; readonly does: 'read' | 'write' }
  /**
   * Its turn in the queue of a well-known pool or lock. `inUse`: how many of its parts others have, of how many
   * (`capacity`); null if unknown. `behind`: what is served now, if that has a name.
   */
  | {
      readonly kind: 'queue'
      readonly what: string
      readonly package: string | null
      readonly className: string
      readonly inUse: number | null
      readonly capacity: number | null
      readonly behind: string | null
    }
  /** An object of the program's stores a function that can settle the promise. */
  | { readonly kind: 'object'; readonly className: string; readonly path: string }
  | { readonly kind: 'variable'; readonly name: string; readonly path: string }
  /** The async function whose promise it is has begun, and is not suspended. */
  | { readonly kind: 'running'; readonly name: string }
  /** Suspended functions alone hold the resolver. */
  /** The suspended functions that alone can reach the resolver; `areNodes`: all of them are of Node.js. */
  | { readonly kind: 'suspended'; readonly names: readonly string[]; readonly areNodes: boolean }
  | { readonly kind: 'not found' }
  /** Nobody has looked. */
  | { readonly kind: 'unknown' }
