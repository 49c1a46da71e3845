import type { Frame } from '../model/frame.js'
import type { Boundary, Task } from '../model/task.js'

/** A frame of a path with how often its group was gone through. */
export interface PathFrame extends Frame {
  readonly task: Task | null
  readonly boundary: Boundary | null
  readonly threadId: number
  readonly turns: number
  /** Frames of one folded group share a number; 0 for a frame that stands alone. */
  readonly group: number
}

const MAX_PERIOD = 24

/**
 * Joins runs of frames that repeat in a row into one group, innermost turn first. A group that was stored
 * folded stays whole: full turns before and after it join it, and it is turned so that it begins where the
 * path does.
 */
export function foldRepeats(frames: readonly PathFrame[]): PathFrame[] {
  const folded: PathFrame[] = []
  let alone: PathFrame[] = []
  let rest = [...frames]
  while (rest.length > 0) {
    let group = groupAt(rest)
    const period = group.length
    if (period === 0) {
      alone.push(rest[0] as PathFrame)
      rest = rest.slice(1)
      continue
    }
    rest = rest.slice(period)
    let turns = group[0]?.turns ?? 1
    while (sameTurn([...alone, ...group], alone.length - period, alone.length, period)) {
      alone = alone.slice(0, -period)
      turns++
    }
    // x (y z x)×n is (x y z)×n x.
    for (let last = group.at(-1); alone.length > 0 && isSame(alone.at(-1), last); last = group.at(-1)) {
      rest.unshift({ ...(last as PathFrame), turns: 1, group: 0 })
      group = [alone.pop() as PathFrame, ...group.slice(0, -1)]
    }
    while (sameTurn([...group, ...rest.slice(0, period)], 0, period, period)) {
      turns += rest[0]?.turns ?? 1
      rest = rest.slice(period)
    }
    folded.push(...foldAlone(alone), ...group.map((frame) => ({ ...frame, turns })))
    alone = []
  }
  return [...folded, ...foldAlone(alone)]
}

/** The stored group that the frames begin with; empty where they begin with one that stands alone. */
function groupAt(frames: readonly PathFrame[]): readonly PathFrame[] {
  const group = frames[0]?.group ?? 0
  let end = 0
  while (group !== 0 && frames[end]?.group === group) end++
  return frames.slice(0, end)
}

function isSame(a: PathFrame | undefined, b: PathFrame | undefined): boolean {
  return a !== undefined && b !== undefined && sameFrame(a, b)
}

function foldAlone(frames: readonly PathFrame[]): PathFrame[] {
  const folded: PathFrame[] = []
  let at = 0
  while (at < frames.length) {
    const { period, turns } = longestRepeat(frames, at)
    for (const frame of frames.slice(at, at + period)) folded.push({ ...frame, turns })
    at += turns === 1 ? 1 : consumed(frames, at, period)
  }
  return folded
}

function longestRepeat(frames: readonly PathFrame[], at: number): { period: number; turns: number } {
  for (let period = 1; period <= MAX_PERIOD && at + period < frames.length; period++) {
    if (!sameTurn(frames, at, at + period, period)) continue
    return { period, turns: consumed(frames, at, period) / period }
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
    if (!isSame(frames[a + i], frames[b + i])) return false
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
    a.threadId === b.threadId &&
    a.filename !== null
  )
}
