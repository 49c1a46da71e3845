import { exitNote } from './exit-note.js'
import { testSettings } from './test-settings.js'

/** Jest ends a worker process that has not exited 500 ms after it was told to (Jest 29 and 30). */
const WORKER_GRACE_MS = 100

/** A file of tests has ended: if Jest then has no other, and the process does not exit, stderr says what keeps it alive. */
export function noteJestFileEnd(): void {
  if (isWorker()) exitNote.ended(WORKER_GRACE_MS, isWorkerDismissed, true)
  else exitNote.ended(testSettings.exitMs, isRunReported)
}

function isWorker(): boolean {
  return /[\\/]jest-worker[\\/]build[\\/](?:workers[\\/])?processChild\.js$/.test(process.argv[1] ?? '')
}

/** A worker that is told to end listens no more to Jest. */
function isWorkerDismissed(): boolean {
  return process.listenerCount('message') === 0
}

/** When it has printed its results, Jest sets its exit code by a listener (Jest 29 and 30). */
function isRunReported(): boolean {
  return process.listeners('exit').some((listener) => /\bprocess\.exitCode = code\b/.test(String(listener)))
}
