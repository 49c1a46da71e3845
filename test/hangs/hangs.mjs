// Ends a program of this folder: it says that it hangs, or, if it records, prints its own summary.
import { setTimeout as sleep } from 'node:timers/promises'

/** A request is news once it is older. */
const OLD_MS = 1_100

export async function hangs() {
  if (!process.env.PRINT) {
    setInterval(() => {}, 1e6)
    console.log('hangs')
    return
  }
  await sleep(OLD_MS)
  const { captureWaitGraph } = await import('async-trace')
  const { explanationText } = await import(process.env.PRINT)
  console.log(`hangs\n${explanationText(await captureWaitGraph({ heap: true, timeoutMs: 60_000 }), [], 'basename')}`)
  process.exit()
}
