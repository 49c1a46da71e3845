import { isBegunLate, recordedFromMs } from '../record/epoch.js'
import { samplingRate } from '../record/sampling.js'

/** What of this thread's pending work nothing recorded, in a sentence. */
export interface Missing {
  /** Why it was not recorded. */
  readonly why: string
  /** Where only the records are read. */
  readonly unread: string
  /** Where the heap is read as well; null where that is not done. */
  readonly read: string | null
}

/** Null where everything was recorded. */
export function whatIsMissing(): Missing | null {
  const fromMs = recordedFromMs()
  if (fromMs === null) {
    return { why: 'Tracing is off', unread: 'Tracing is off: what is pending is not known.', read: null }
  }
  const share = samplingRate()
  if (share < 1) {
    const sampling = `Sampling follows ${Number((share * 100).toPrecision(3))} % of the root tasks`
    return {
      why: sampling,
      unread: `${sampling}: what the others wait for is not shown.`,
      read: `${sampling}: the others are read from the heap, without where and when they began.`,
    }
  }
  if (!isBegunLate()) return null
  const late = `Tracing began ${Math.max(1, Math.round(fromMs / 1000))} s after the program`
  return {
    why: late,
    unread: `${late}: what was pending by then is shown in part only.`,
    read: `${late}: what was pending by then is read from the heap, without where and when it began.`,
  }
}
