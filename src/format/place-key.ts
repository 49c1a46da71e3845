import type { Frame } from '../model/frame.js'

/** What two frames of one place have in common, and no others. */
export function placeKey(frame: Frame | null): string {
  return frame === null ? '' : `${frame.name}\0${frame.filename}\0${frame.line}\0${frame.column}`
}
