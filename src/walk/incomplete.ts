import { recordedFromMs } from '../record/epoch.js'
import { samplingRate } from '../record/sampling.js'

/** A program that loads the tracer first has it by then, on a slow machine too. */
const LATE_MS = 10_000

/** What of this thread's pending work no dump can show, in a sentence; null where it shows all. */
export function whatIsMissing(): string | null {
  const fromMs = recordedFromMs()
  if (fromMs === null) return 'Tracing is off: what is pending is not known.'
  const share = samplingRate()
  if (share < 1) {
    return `Sampling follows ${Number((share * 100).toPrecision(3))} % of the root tasks: what the others wait for is not shown.`
  }
  if (fromMs < LATE_MS) return null
  return `Tracing began ${Math.round(fromMs / 1000)} s after the program: what was pending by then is shown in part only.`
}
