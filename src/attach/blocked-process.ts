import { askAgain } from './ask-again.js'
import { attach } from './attach.js'
import { nativeStackText } from './native-stack.js'
import { Refusal } from './refusal.js'

const [, , pidText, timesText] = process.argv
const pid = Number(pidText)
/** What it waits in cannot be interrupted. */
const EXIT_NATIVE = 2

/**
 * A program of its own, which a test runner's process starts when another of its processes has been silent for too long:
 * `node blocked-process.js <pid> <how many times the limit>`. Prints the stack of an event loop that is
 * blocked, and nothing if there is nothing to say. Exits with 2 if it prints only the stack of native code. A process that cannot be
 * asked is an error, with the reason on stderr.
 */
const TIMEOUT_MS = 5_000
const MOST_TRIES = 50

const OPTIONS = {
  timeoutMs: TIMEOUT_MS,
  force: false,
  // No snapshot is taken.
  mostSnapshotMs: 0,
  heap: false,
  threads: false,
  waitsForBlocked: false,
  letsOthersAsk: false,
  onProgress: () => {},
  onNotice: () => {},
}

async function blockedText(pid: number, times: number): Promise<string> {
  const expression = `globalThis[Symbol.for('async-trace.instance')]?.quiet.blockedText(${times}) ?? null`
  return attach(pid, OPTIONS, async ({ target }) => {
    // Null while it is amid code that is not the program's.
    return (await askAgain(MOST_TRIES, () => target.valueOf<string | null>(expression))) ?? ''
  })
}

const native = nativeStackText(pid)
try {
  process.stdout.write(native ?? (await blockedText(pid, Number(timesText))))
  if (native !== null) process.exitCode = EXIT_NATIVE
} catch (error) {
  const isGone = error instanceof Refusal && (error.reason === 'gone' || error.reason === 'not-found')
  if (!isGone) {
    process.stderr.write(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}
