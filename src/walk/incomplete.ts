import { mayModulesHaveRunBefore } from '../engine/load-order.js'
import { isBegunByImport, isBegunLate, recordedFromMs } from '../record/epoch.js'
import { samplingRate } from '../record/sampling.js'

/** What of this thread's pending work nothing recorded, in a sentence. */
export interface Missing {
  /** Why it was not recorded. */
  readonly why: string
  /** Where only the records are read. */
  readonly unread: string
  /** Where the heap is read as well. */
  readonly read: string
  /** Whether the heap is read for it only where that was asked for. */
  readonly isOff: boolean
}

/** What is said if modules ran before an ordinary `import 'async-trace'`; null if none can have left anything pending. */
export function whatMayBeMissing(): string | null {
  if (!isBegunByImport() || !mayModulesHaveRunBefore()) return null
  return 'Modules ran before async-trace was imported: what they left pending is not shown. Import it first, or ask with { heap: true }.'
}

/** What is said if contexts of `vm` could not be asked for their promises; null if all could. */
export function whatContextsHide(contexts: number): string | null {
  if (contexts === 0) return null
  return contexts === 1
    ? 'Functions of 1 vm context are not shown: its built-ins are frozen, or it may not run code from strings.'
    : `Functions of ${contexts} vm contexts are not shown: their built-ins are frozen, or they may not run code from strings.`
}

/** Null where everything was recorded. */
export function whatIsMissing(): Missing | null {
  const fromMs = recordedFromMs()
  if (fromMs === null) {
    return {
      why: 'Tracing is off',
      unread: 'Tracing is off: what is pending is not known.',
      read: 'Tracing is off: what is pending is read from the heap, without where and when it began.',
      isOff: true,
    }
  }
  const share = samplingRate()
  if (share < 1) {
    const sampling = `Sampling follows ${Number((share * 100).toPrecision(3))} % of the root tasks`
    return {
      why: sampling,
      unread: `${sampling}: what the others wait for is not shown.`,
      read: `${sampling}: the others are read from the heap, without where and when they began.`,
      isOff: false,
    }
  }
  if (!isBegunLate()) return null
  const late = `Tracing began ${secondsText(fromMs)} s after the program`
  return {
    why: late,
    unread: `${late}: what was pending by then is shown in part only.`,
    read: `${late}: what was pending by then is read from the heap, without where and when it began.`,
    isOff: false,
  }
}

/** Never 0: something had begun. */
function secondsText(ms: number): string {
  return ms < 9_950
    ? Math.max(0.1, ms / 1000)
        .toFixed(1)
        .replace(/\.0$/, '')
    : String(Math.round(ms / 1000))
}
