import { durationText } from '../model/duration-text.js'
import type { LeafKind } from '../model/leaf.js'

/** Clients' ports on Linux begin here: what is above differs from connection to connection. */
const FIRST_EPHEMERAL_PORT = 32_768

/** A leaf's label in which the figure that differs between leaves that are alike is replaced: its time, its number, its port. */
export function varyingLabel(kind: LeafKind, label: string, replaced: (figure: string) => string): string {
  switch (kind) {
    case 'timer':
      return label.replace(/(?<=, )[^,]+(?= remaining)/, replaced)
    case 'process':
    case 'worker':
      return label.replace(/\d+/, replaced)
    default:
      return label.replace(/(?<=:)\d+$/, (port) => (Number(port) < FIRST_EPHEMERAL_PORT ? port : replaced(port)))
  }
}

/**
 * One label that is true of all leaves of a group.
 *
 * @param remainingMs of those that are timers.
 */
export function labelOfAll(kind: LeafKind, labels: readonly string[], remainingMs: readonly number[]): string {
  const [first = ''] = labels
  if (labels.every((label) => label === first)) return first
  // Not spread into `Math.min`: there may be more than a call takes arguments.
  const least = remainingMs.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const most = remainingMs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const range = `${durationText(least)} to ${durationText(most)}`
  return varyingLabel(kind, first, () => (kind === 'timer' && remainingMs.length > 0 ? range : '…'))
}
