/** For how long a snapshot may stop a process unless more is allowed. */
export const MAX_PAUSE_MS = 10_000

/** What a snapshot may cost. */
export interface SnapshotLimit {
  /** As much as it takes. */
  readonly force: boolean
  /** For how long it may stop the process, as estimated. */
  readonly mostSnapshotMs: number
}
