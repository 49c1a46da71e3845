import { basename, isAbsolute, relative } from 'node:path'
import type { Frame } from '../model/frame.js'
import { printable } from './printable.js'

/** Files relative to the working directory, whole, or by their last part. */
export type PathStyle = 'relative' | 'absolute' | 'basename'

export function shownPath(file: string, paths: PathStyle): string {
  if (!isAbsolute(file) || paths === 'absolute') return file
  return paths === 'basename' ? basename(file) : relative(process.cwd(), file) || file
}

/** `worker()`; `<module>` and `<anonymous>` as they are. */
export function callText({ name }: Pick<Frame, 'name'>): string {
  return printable(name.startsWith('<') ? name : `${name}()`)
}

/** `src/app.mjs:12`; an empty string for what no file holds. */
export function placeText(frame: Frame, paths: PathStyle): string {
  if (frame.filename === null) return ''
  const file = printable(shownPath(frame.filename, paths))
  return frame.line === null ? file : `${file}:${frame.line}`
}

/** `worker() src/app.mjs:12` */
export function frameText(frame: Frame, paths: PathStyle): string {
  const place = placeText(frame, paths)
  return place === '' ? callText(frame) : `${callText(frame)} ${place}`
}
