import { fileURLToPath } from 'node:url'

/** Put in by scripts/build-standalone.mjs. */
declare const STANDALONE_VERSION: string

/** The version of the command if it is one file by itself, apart from its package; else null. */
export const standaloneVersion: string | null = typeof STANDALONE_VERSION === 'undefined' ? null : STANDALONE_VERSION

/** The command that has `closeLeftOpen` done in a process of its own. Not for people. */
export const CLOSE_LEFT_OPEN = 'close-left-open'

/** What to start Node.js with for `close-left-open.ts`. */
export function closingProgram(): readonly string[] {
  const url = standaloneVersion === null ? new URL('./close-left-open.js', import.meta.url) : import.meta.url
  return [fileURLToPath(url), CLOSE_LEFT_OPEN]
}
