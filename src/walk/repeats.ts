import type { Frame } from '../model/frame.js'
import type { Boundary, Task } from '../model/task.js'

/** A frame of a path with how often its group was gone through. */
export interface PathFrame extends Frame {
  readonly task: Task | null
  readonly boundary: Boundary | null
  readonly turns: number
  /** Frames of one folded group share a number; 0 for a frame that stands alone. */
  readonly group: number
}

const MAX_PERIOD = 24

/** Joins runs of frames that repeat in a row into one group, innermost turn kept. */
export function foldRepeats(frames: readonly PathFrame[]): PathFrame[] {
  const folded: PathFrame[] = []
  let at = 0
  while (at < frames.length) {
    const { period, turns } = longestRepeat(frames, at)
    if (turns === 1) {
      folded.push(frames[at++] as PathFrame)
      continue
    }
    const length = consumed(frames, at, period)
    for (const frame of frames.slice(at, at + period)) folded.push({ ...frame, turns })
    at += length
  }
  return folded
}

function longestRepeat(frames: readonly PathFrame[], at: number): { period: number; turns: number } {
  for (let period = 1; period <= MAX_PERIOD && at + period < frames.length; period++) {
    if (!sameTurn(frames, at, at + period, period)) continue
    const length = consumed(frames, at, period)
    let turns = 0
    for (let i = at; i < at + length; i += period) turns += frames[i]?.turns ?? 1
    return { period, turns }
  }
  return { period: 1, turns: 1 }
}

function consumed(frames: readonly PathFrame[], at: number, period: number): number {
  let length = period
  while (sameTurn(frames, at, at + length, period)) length += period
  return length
}

function sameTurn(frames: readonly PathFrame[], a: number, b: number, period: number): boolean {
  for (let i = 0; i < period; i++) {
    const [x, y] = [frames[a + i], frames[b + i]]
    if (x === undefined || y === undefined || !sameFrame(x, y)) return false
  }
  return true
}

function sameFrame(a: PathFrame, b: PathFrame): boolean {
  return (
    a.name === b.name &&
    a.filename === b.filename &&
    a.line === b.line &&
    a.column === b.column &&
    a.boundary === b.boundary &&
    a.filename !== null
  )
}
