import { lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The folder for what our commands leave for each other; null if there can be none that only our user writes to. */
export function ownFolder(): string | null {
  const uid = process.getuid?.()
  // On Windows each user has a temporary folder, and there are neither numbers of users nor modes.
  const folder = join(tmpdir(), uid === undefined ? 'async-trace' : `async-trace-${uid}`)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const found = lstatSync(folder)
    const isOurs = uid === undefined || (found.uid === uid && (found.mode & 0o022) === 0)
    return found.isDirectory() && isOurs ? folder : null
  } catch {
    return null
  }
}
