import { createHash } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { identityOf } from '../memory/elf.js'
import { ownFolder } from './own-folder.js'

/** Raised when what is kept changes its form. */
const FORM = 2

/**
 * What was read from an executable, kept in a file for the next command: a symbol table of a hundred megabytes takes a tenth of a second.
 * It is known by the very file, not by the id that the linker gave to the build: another user's executable could claim that one.
 *
 * @param kind names what is read, in the name of the file.
 * @param read what is kept must be the same after JSON.
 * @throws whatever `read` throws.
 */
export function keptReading<T>(executable: string, kind: string, read: () => T): T {
  const file = attempt(() => fileFor(executable, kind))
  const known = file === null ? null : attempt(() => JSON.parse(readFileSync(file, 'utf8')) as T)
  if (known !== null) return known
  const found = read()
  if (file !== null) attempt(() => writeWhole(file, JSON.stringify(found)))
  return found
}

/** Null where there is no folder that only our user writes to. */
function fileFor(executable: string, kind: string): string | null {
  const folder = ownFolder()
  const id = createHash('sha256').update(identityOf(executable)).digest('hex')
  return folder === null ? null : join(folder, `${kind}-${FORM}-${id}.json`)
}

/** Another command that reads meanwhile finds all of it or nothing. */
function writeWhole(file: string, text: string): void {
  const part = `${file}.${process.pid}`
  writeFileSync(part, text, { mode: 0o600 })
  renameSync(part, file)
}

/** A full or read-only disk is no reason to give no answer. */
function attempt<T>(use: () => T): T | null {
  try {
    return use()
  } catch {
    return null
  }
}
