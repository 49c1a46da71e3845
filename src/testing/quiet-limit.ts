const DEFAULT_MS = 60_000

/** After how long without output and test events what is pending is printed; 0 for never. */
export function quietMsOfEnvironment(): number {
  const setting = process.env['ASYNC_TRACE_QUIET_MS'] ?? ''
  const quietMs = setting === '' ? DEFAULT_MS : Number(setting)
  if (isDuration(quietMs)) return quietMs
  const got = JSON.stringify(setting)
  process.stderr.write(`async-trace: ASYNC_TRACE_QUIET_MS must be a number of milliseconds, or 0. Received ${got}.\n`)
  return DEFAULT_MS
}

export function isDuration(value: unknown): boolean {
  return Number.isFinite(value) && (value as number) >= 0
}

const MOST_BEAT_MS = 1_000
const LEAST_BEAT_MS = 20

/** How often it is looked whether something has happened. */
export function beatMsOf(quietMs: number): number {
  return Math.min(MOST_BEAT_MS, Math.max(LEAST_BEAT_MS, quietMs / 10))
}
