import { accessSync, closeSync, constants, fchmodSync, fstatSync, openSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { UsageError } from './arguments.js'

/**
 * Makes sure that a file can be written, before anything is done for its contents.
 *
 * @throws {UsageError} that says what is in the way.
 */
export function checkOutput(file: string): void {
  try {
    const known = statSync(file, { throwIfNoEntry: false })
    if (known?.isDirectory() === true) throw new UsageError(`-o ${file} is a directory; name a file`)
    accessSync(known === undefined ? dirname(file) : file, constants.W_OK)
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`-o ${file} cannot be written: ${reasonOf(error as NodeJS.ErrnoException, file)}`)
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException, file: string): string {
  if (code === 'ENOENT') return `there is no directory ${dirname(file)}`
  if (code === 'ENOTDIR') return `${dirname(file)} is no directory`
  return code === 'EACCES' || code === 'EPERM' || code === 'EROFS' ? 'not allowed' : message
}

/** Writes what tells what a program does: for its owner's eyes, also where the file was there before. */
export function writePrivately(file: string, content: string | Uint8Array): void {
  const descriptor = openSync(file, 'w', 0o600)
  try {
    const { mode } = fstatSync(descriptor)
    if ((mode & constants.S_IFMT) === constants.S_IFREG) fchmodSync(descriptor, mode & 0o600)
    writeFileSync(descriptor, content)
  } finally {
    closeSync(descriptor)
  }
}
