import type { PresentWait } from './present-waits.js'

/** What lies between a waiter and what it waits for, in words; null for a plain await. */
export function viaOf(wait: PresentWait): string | null {
  switch (wait.kind) {
    case 1:
      return 'then'
    case 2:
      return wait.detail === null ? null : `${wait.detail.combinator} (index ${wait.detail.index})`
    case 3:
      return 'resolved with'
    default:
      return null
  }
}
