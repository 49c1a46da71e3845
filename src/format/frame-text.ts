import { basename, isAbsolute, relative } from 'node:path'
import { type Frame, positionText } from '../model/frame.js'
import { printable } from './printable.js'

/** How file paths are shown: relative to the working directory, absolute, or only the file name. */
export type PathStyle = 'relative' | 'absolute' | 'basename'

/** The same, or relative to the working directory of another process. */
export type Paths = PathStyle | { readonly relativeTo: string }

export function shownPath(file: string, paths: Paths): string {
  if (!isAbsolute(file) || paths === 'absolute') return file
  if (paths === 'basename') return basename(file)
  if (paths === 'relative') return relative(process.cwd(), file) || file
  const path = relative(paths.relativeTo, file)
  // What is outside of the process's directory is easier to find by its whole path.
  return path === '' || path.startsWith('..') ? file : path
}

/** `worker()`; `<module>` and `<anonymous>` as they are. */
export function callText({ name }: Pick<Frame, 'name'>): string {
  return printable(name.startsWith('<') ? name : `${name}()`)
}

/** `src/app.mjs:12:3`, on which terminals and editors can be clicked; an empty string for what no file holds. */
export function placeText(frame: Frame, paths: Paths): string {
  if (frame.filename === null) return ''
  return `${printable(shownPath(frame.filename, paths))}${positionText(frame)}`
}

/** `worker() src/app.mjs:12:3`; with `(has returned)` after it if the function has ended. */
export function frameText(frame: Frame, paths: Paths): string {
  const place = placeText(frame, paths)
  return `${callText(frame)}${place === '' ? '' : ` ${place}`}${returnedText(frame)}`
}

/** What follows the place of a function that has returned the promise its caller waits for; else an empty string. */
export function returnedText({ returned }: Frame): string {
  return returned === true ? ' (has returned)' : ''
}
