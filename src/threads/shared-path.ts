import { threadId } from 'node:worker_threads'
import { every, indexOf, joined, map, slice } from '../engine/lists.js'
import { withOriginalBuiltins } from '../engine/original-builtins.js'
import { runningScript } from '../engine/own-scripts.js'
import { exec, freeze, OwnMap, parseJson, stringify } from '../engine/primordials.js'
import type { Site } from '../engine/site.js'
import { placeInSource } from '../engine/source-maps.js'
import type { Boundary } from '../model/task.js'
import { NOT_TRACED } from '../model/trace.js'
import type { ForeignPath, ForeignStep, ForeignTask } from '../record/foreign.js'
import { Origin } from '../record/origin.js'
import { namedByCode } from '../walk/named-by-code.js'
import type { Step } from '../walk/path-walk.js'
import { rootTask, taskOf } from '../walk/tasks.js'
import type { SharedMemory } from './shared-memory.js'
import {
  BOUNDARIES,
  type Description,
  HOPS_LEFT_OUT,
  NO_BOUNDARY,
  NOTE,
  type Run,
  type Segment,
  type SharedPath,
  type SharedStep,
} from './shared-step.js'
import { soundDescription, soundText } from './sound.js'

const HOPS = /^<(\d+) hops left out>$/
/** Ping-pong between so many threads is told to be a repetition. */
const MAX_PERIOD = 4
/** A longer path keeps its newest and its oldest steps. */
const MAX_STEPS = 256
const MAX_SEGMENT = 128

/**
 * A path of this thread, and what other threads had added to it before, for others to read.
 *
 * @param kind the boundary that the path is about to cross.
 */
export function sharedPath(
  memory: SharedMemory,
  steps: readonly Step[],
  kind: 'executor' | 'worker',
  before: SharedPath | null,
): SharedPath {
  const segment = cutSegment(map(steps, (step) => shareStep(memory, step)))
  const runs = addSegment(markCrossing(segment, kind, null), before?.runs ?? [])
  return { runs: cutRuns(runs), root: before?.root ?? rootTask() }
}

/** Stands for a path that is not known. */
export function unknownPath(memory: SharedMemory): SharedPath {
  const note = noteStep(memory.intern(NOT_TRACED), threadId, 0)
  return { runs: [{ turns: 1, segments: [[note]] }], root: rootTask() }
}

/** The path that a message brought, with the task of this thread that it created. */
export function withCreatedTask(path: SharedPath, kind: 'executor' | 'worker', task: ForeignTask): SharedPath {
  const run = path.runs[0]
  const segment = run?.segments[0]
  if (run === undefined || segment === undefined) return path
  const segments = joined([markCrossing(segment, kind, task)], slice(run.segments, 1))
  return { ...path, runs: joined([{ ...run, segments }], slice(path.runs, 1)) }
}

function markCrossing(segment: Segment, kind: 'executor' | 'worker', task: ForeignTask | null): Segment {
  const first = segment[0]
  return first === undefined || first.boundary === NOTE
    ? segment
    : joined([{ ...first, boundary: indexOf(BOUNDARIES, kind), task }], slice(segment, 1))
}

function shareStep(memory: SharedMemory, step: Step): SharedStep {
  const { site, note, task, threadId } = step
  const hops = exec(HOPS, note ?? '')?.[1]
  if (hops !== undefined) return noteStep(HOPS_LEFT_OUT, threadId, Number(hops))
  if (site === null) return noteStep(memory.intern(note ?? NOT_TRACED), threadId, 0)
  const boundary = step.boundary === null ? NO_BOUNDARY : indexOf(BOUNDARIES, step.boundary)
  const shared = task instanceof Origin ? taskOf(task, null) : task
  return { ref: refOf(memory, site), boundary, threadId, task: shared, count: 0 }
}

function noteStep(ref: number, threadId: number, count: number): SharedStep {
  return { ref, boundary: NOTE, threadId, task: null, count }
}

function cutSegment(segment: Segment): Segment {
  if (segment.length <= MAX_SEGMENT) return segment
  const half = MAX_SEGMENT / 2
  const left = slice(segment, half, -half)
  const note = noteStep(HOPS_LEFT_OUT, left[0]?.threadId ?? 0, left.length)
  return joined(slice(segment, 0, half), [note], slice(segment, -half))
}

/** Puts what one thread adds in front; where that makes the newest segments repeat, they are folded. */
function addSegment(segment: Segment, before: readonly Run[]): readonly Run[] {
  const runs = joined<Run>([{ turns: 1, segments: [segment] }], before)
  for (let period = 1; period <= MAX_PERIOD; period++) {
    const newest = slice(runs, 0, period)
    if (newest.length < period || !every(newest, isSingle)) return runs
    const segments = map(newest, (run) => run.segments[0] as Segment)
    const next = runs[period]
    if (next === undefined) return runs
    if (sameSegments(next.segments, segments)) {
      return joined([{ turns: next.turns + 1, segments }], slice(runs, period + 1))
    }
    const older = slice(runs, period, 2 * period)
    if (older.length < period || !every(older, isSingle)) continue
    const olderSegments = map(older, (run) => run.segments[0] as Segment)
    if (sameSegments(olderSegments, segments)) return joined([{ turns: 2, segments }], slice(runs, 2 * period))
  }
  return runs
}

function isSingle(run: Run): boolean {
  return run.turns === 1 && run.segments.length === 1
}

function sameSegments(a: readonly Segment[], b: readonly Segment[]): boolean {
  return a.length === b.length && every(a, (segment, i) => sameSegment(segment, b[i] as Segment))
}

function sameSegment(a: Segment, b: Segment): boolean {
  return (
    a.length === b.length &&
    every(a, (step, i) => {
      const other = b[i] as SharedStep
      return step.ref === other.ref && step.boundary === other.boundary && step.threadId === other.threadId
    })
  )
}

function cutRuns(runs: readonly Run[]): readonly Run[] {
  let total = 0
  for (let i = 0; i < runs.length; i++) total += sumOf(runs[i] as Run, stepsOf)
  if (total <= MAX_STEPS) return runs
  let kept = runs.length
  let leftOut = 0
  // The newest and the oldest stay; of the rest, the older ones go first.
  while (kept > 2 && total > MAX_STEPS) {
    const run = runs[--kept - 1] as Run
    total -= sumOf(run, stepsOf)
    leftOut += sumOf(run, hopsOf) * run.turns
  }
  const newest = slice(runs, 0, kept - 1)
  const oldest = slice(runs, -1)
  if (leftOut === 0) return joined(newest, oldest)
  const gap: Run = {
    turns: 1,
    segments: [[noteStep(HOPS_LEFT_OUT, runs[0]?.segments[0]?.[0]?.threadId ?? 0, leftOut)]],
  }
  return joined(newest, [gap], oldest)
}

function sumOf({ segments }: Run, count: (segment: Segment) => number): number {
  let sum = 0
  for (let i = 0; i < segments.length; i++) sum += count(segments[i] as Segment)
  return sum
}

function stepsOf(segment: Segment): number {
  return segment.length
}

function hopsOf(segment: Segment): number {
  const note = segment.length === 1 && segment[0]?.ref === HOPS_LEFT_OUT ? segment[0] : undefined
  return note === undefined ? 1 : note.count
}

/** The path for a walker: places as this thread knows places. */
export function foreignPath(memory: SharedMemory, path: SharedPath): ForeignPath {
  const steps = path.runs.flatMap(({ turns, segments }, i) => {
    const group = turns > 1 ? i + 1 : 0
    return segments.flat().map((step) => foreignStep(memory, step, turns, group))
  })
  return { steps, root: path.root }
}

function foreignStep(memory: SharedMemory, step: SharedStep, turns: number, group: number): ForeignStep {
  const { ref, boundary, threadId, task, count } = step
  if (boundary === NOTE) {
    const note = ref === HOPS_LEFT_OUT ? `<${count} hops left out>` : ref === 0 ? NOT_TRACED : soundText(memory, ref)
    return { site: null, note, boundary: null, task: null, threadId, turns, group }
  }
  const site = ref === 0 ? null : siteOf(memory, ref)
  const kind = boundary === NO_BOUNDARY ? null : (BOUNDARIES[boundary] as Boundary)
  return { site, note: site === null ? '<left out>' : null, boundary: kind, task, threadId, turns, group }
}

/** Places as other threads know them, and the other way round. */
const MAX_REFS = 100_000
const refs = new OwnMap<number, number>()
const sites = new OwnMap<number, Site>()

function refOf(memory: SharedMemory, site: Site): number {
  let ref = refs.get(site.id)
  if (ref === undefined) {
    ref = memory.intern(stringify(describe(site)))
    if (refs.size >= MAX_REFS) refs.clear()
    refs.set(site.id, ref)
  }
  return ref
}

/**
 * Only this thread knows where functions begin, by which they are named. The reading thread maps positions, unless a loader
 * made the text: then only this thread has the map.
 */
function describe(site: Site): Description {
  const { script, scriptHash, line, column, isModule, isMapped = false } = site
  const { name } = withOriginalBuiltins(() => namedByCode(site))
  const asIs: Description = [name, script, scriptHash, line, column, isModule, isMapped]
  if (isMapped || site.isInternal || script === null || line === null || column === null) return asIs
  const running = runningScript(script, scriptHash)
  if (running.isFileText === true) return asIs
  const place = withOriginalBuiltins(() => placeInSource(running, line, column))
  return [name, place.file, null, place.line, place.column, isModule, true]
}

function siteOf(memory: SharedMemory, ref: number): Site {
  let site = sites.get(ref)
  if (site === undefined) {
    const [name, script, scriptHash, line, column, isModule, isMapped] = soundDescription(
      parseJson(soundText(memory, ref)),
    )
    // This thread's own places have positive numbers.
    site = freeze({ id: -ref, name, script, scriptHash, line, column, isModule, isMapped, ...NOT_KNOWN })
    sites.set(ref, site)
  }
  return site
}

const NOT_KNOWN = { enclosingLine: null, enclosingColumn: null, isAwaiting: false, isOwn: false, isInternal: false }
