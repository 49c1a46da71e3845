/** What `fork`, `spawn` and `cluster.fork` make of their arguments (Node 20 to 26). */
export interface SpawnOptions {
  readonly file?: unknown
  readonly args?: unknown
  readonly envPairs?: unknown
  readonly stdio?: unknown
}
