import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { closeLeftOpen } from './inspector.js'
import { openedMark } from './opened-mark.js'
import { factsOf, isAlive } from './process-facts.js'

/**
 * The program of standby.ts: closes the inspector of the process with the given number, which a command of ours had
 * opened before it ended. That may take until the process is free: a main thread in native code opens its inspector
 * only then.
 */
const WAITS_MS = 600_000
const POLL_MS = 200

async function closeWhenOpen(pid: number): Promise<void> {
  const facts = factsOf(pid)
  const mark = openedMark(facts)
  for (const endsAt = Date.now() + WAITS_MS; Date.now() < endsAt && isAlive(pid); await sleep(POLL_MS)) {
    // It may be too busy to answer yet.
    if (await closeLeftOpen(facts).catch(() => false)) return
  }
  mark.remove()
}

// It ends with the command; one that has nothing left to do says so. A process that has ended needs nothing.
if ((await text(process.stdin)) === '') await closeWhenOpen(Number(process.argv[3])).catch(() => {})
