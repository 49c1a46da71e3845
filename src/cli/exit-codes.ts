import type { RefusalReason } from '../attach/refusal.js'

/** How the command ends; documented in docs/command.md. */
export const EXIT = { ok: 0, failed: 1, usage: 2, refused: 3, costly: 4, silent: 5 } as const

const CODES: Readonly<Record<RefusalReason, number>> = {
  'not-found': EXIT.refused,
  'not-allowed': EXIT.refused,
  'not-node': EXIT.refused,
  'not-snapshot': EXIT.refused,
  blocked: EXIT.refused,
  'in-native-code': EXIT.refused,
  'runs-others': EXIT.refused,
  'port-taken': EXIT.refused,
  'too-costly': EXIT.costly,
  gone: EXIT.silent,
  'no-answer': EXIT.silent,
}

export function exitCodeOf(reason: RefusalReason): number {
  return CODES[reason]
}
