import { threadId } from 'node:worker_threads'
import type { Site } from '../engine/call-sites.js'
import { originalPositionInLoadedSource } from '../engine/source-maps.js'
import { NOT_TRACED } from '../model/async-trace.js'
import type { Boundary } from '../model/task.js'
import type { ForeignPath, ForeignStep, ForeignTask } from '../record/foreign.js'
import { Origin } from '../record/origin.js'
import type { Step } from '../walk/creation-path.js'
import { rootTask, taskOf } from '../walk/tasks.js'
import type { SharedMemory } from './shared-memory.js'

/** One place of a path, as numbers that any thread can read. */
interface SharedStep {
  /** Interned text of the place, or one of the notes below. */
  readonly ref: number
  readonly boundary: number
  readonly threadId: number
  readonly task: ForeignTask | null
  /** For `HOPS_LEFT_OUT`: how many. */
  readonly count: number
}

/** What one thread added to a path, innermost first. */
type Segment = readonly SharedStep[]

/** Segments (innermost first) and how often they were gone through in a row. */
interface Run {
  readonly turns: number
  readonly segments: readonly Segment[]
}

/** A path across threads, innermost first. It stays short however often a message goes to and fro. */
export interface SharedPath {
  readonly runs: readonly Run[]
  readonly root: ForeignTask
}

const BOUNDARIES: readonly (Boundary | 'root')[] = [
  'root',
  'async',
  'then',
  'timeout',
  'interval',
  'immediate',
  'nextTick',
  'microtask',
  'callback',
  'executor',
  'worker',
]
const NO_BOUNDARY = 15
/** Stands for a step that is no place in the code. */
const NOTE = 14
const HOPS_LEFT_OUT = -1
const HOPS = /^<(\d+) hops left out>$/
/** Ping-pong between so many threads is told to be a repetition. */
const MAX_PERIOD = 4
/** A longer path keeps its newest and its oldest steps. */
const MAX_STEPS = 256
const MAX_SEGMENT = 128

const float = new Float64Array(1)
const halves = new Int32Array(float.buffer)

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
  const segment = cutSegment(steps.map((step) => shareStep(memory, step)))
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
  const [run, ...older] = path.runs
  const [segment, ...outer] = run?.segments ?? []
  if (run === undefined || segment === undefined) return path
  const segments = [markCrossing(segment, kind, task), ...outer]
  return { ...path, runs: [{ ...run, segments }, ...older] }
}

function markCrossing(segment: Segment, kind: 'executor' | 'worker', task: ForeignTask | null): Segment {
  const [first, ...rest] = segment
  return first === undefined || first.boundary === NOTE
    ? segment
    : [{ ...first, boundary: BOUNDARIES.indexOf(kind), task }, ...rest]
}

function shareStep(memory: SharedMemory, step: Step): SharedStep {
  const { site, note, task, threadId } = step
  const hops = HOPS.exec(note ?? '')?.[1]
  if (hops !== undefined) return noteStep(HOPS_LEFT_OUT, threadId, Number(hops))
  if (site === null) return noteStep(memory.intern(note ?? NOT_TRACED), threadId, 0)
  const boundary = step.boundary === null ? NO_BOUNDARY : BOUNDARIES.indexOf(step.boundary)
  const shared = task instanceof Origin ? taskOf(task, null) : task
  return { ref: refOf(memory, site), boundary, threadId, task: shared, count: 0 }
}

function noteStep(ref: number, threadId: number, count: number): SharedStep {
  return { ref, boundary: NOTE, threadId, task: null, count }
}

function cutSegment(segment: Segment): Segment {
  if (segment.length <= MAX_SEGMENT) return segment
  const half = MAX_SEGMENT / 2
  const left = segment.slice(half, -half)
  return [
    ...segment.slice(0, half),
    noteStep(HOPS_LEFT_OUT, left[0]?.threadId ?? 0, left.length),
    ...segment.slice(-half),
  ]
}

/** Puts what one thread adds in front; where that makes the newest segments repeat, they are folded. */
function addSegment(segment: Segment, before: readonly Run[]): readonly Run[] {
  const runs = [{ turns: 1, segments: [segment] }, ...before]
  for (let period = 1; period <= MAX_PERIOD; period++) {
    const newest = runs.slice(0, period)
    if (newest.length < period || !newest.every(isSingle)) return runs
    const segments = newest.map((run) => run.segments[0] as Segment)
    const next = runs[period]
    if (next === undefined) return runs
    if (sameSegments(next.segments, segments)) {
      return [{ turns: next.turns + 1, segments }, ...runs.slice(period + 1)]
    }
    const older = runs.slice(period, 2 * period)
    if (older.length < period || !older.every(isSingle)) continue
    const olderSegments = older.map((run) => run.segments[0] as Segment)
    if (sameSegments(olderSegments, segments)) return [{ turns: 2, segments }, ...runs.slice(2 * period)]
  }
  return runs
}

function isSingle(run: Run): boolean {
  return run.turns === 1 && run.segments.length === 1
}

function sameSegments(a: readonly Segment[], b: readonly Segment[]): boolean {
  return a.length === b.length && a.every((segment, i) => sameSegment(segment, b[i] as Segment))
}

function sameSegment(a: Segment, b: Segment): boolean {
  return (
    a.length === b.length &&
    a.every((step, i) => {
      const other = b[i] as SharedStep
      return step.ref === other.ref && step.boundary === other.boundary && step.threadId === other.threadId
    })
  )
}

function cutRuns(runs: readonly Run[]): readonly Run[] {
  const length = (run: Run) => run.segments.reduce((sum, segment) => sum + segment.length, 0)
  let total = 0
  for (const run of runs) total += length(run)
  if (total <= MAX_STEPS) return runs
  const kept = [...runs]
  let leftOut = 0
  // The newest and the oldest stay; of the rest, the older ones go first.
  while (kept.length > 2 && total > MAX_STEPS) {
    const [run] = kept.splice(-2, 1) as [Run]
    total -= length(run)
    leftOut += run.segments.reduce((sum, segment) => sum + hopsOf(segment), 0) * run.turns
  }
  if (leftOut === 0) return kept
  const gap: Run = {
    turns: 1,
    segments: [[noteStep(HOPS_LEFT_OUT, kept[0]?.segments[0]?.[0]?.threadId ?? 0, leftOut)]],
  }
  return [...kept.slice(0, -1), gap, ...kept.slice(-1)]
}

function hopsOf(segment: Segment): number {
  const note = segment.length === 1 && segment[0]?.ref === HOPS_LEFT_OUT ? segment[0] : undefined
  return note === undefined ? 1 : note.count
}

/** A path as numbers. */
export function encodePath(memory: SharedMemory, path: SharedPath): number[] {
  const out = [path.runs.length]
  encodeTask(memory, path.root, out)
  for (const { turns, segments } of path.runs) {
    out.push(turns, segments.length)
    for (const segment of segments) {
      out.push(segment.length)
      for (const { ref, boundary, threadId, task, count } of segment) {
        out.push(ref, boundary | (task === null ? 0 : 16), threadId, count)
        if (task !== null) encodeTask(memory, task, out)
      }
    }
  }
  return out
}

function encodeTask(memory: SharedMemory, task: ForeignTask, out: number[]): void {
  float[0] = task.createdAtMs
  const isDefault = task.name === `Task-${task.id}`
  out.push(task.id, isDefault ? 0 : memory.intern(task.name), BOUNDARIES.indexOf(task.kind), task.threadId)
  out.push(halves[0] as number, halves[1] as number)
}

/** The opposite of `encodePath`. */
export function decodePath(memory: SharedMemory, numbers: ArrayLike<number>, from: number): SharedPath {
  let at = from
  const next = () => numbers[at++] as number
  const task = (): ForeignTask => {
    const [id, name, kind, threadId] = [next(), next(), next(), next()]
    halves[0] = next()
    halves[1] = next()
    return {
      id,
      name: name === 0 ? `Task-${id}` : memory.text(name),
      kind: BOUNDARIES[kind] ?? 'root',
      threadId,
      createdAtMs: float[0] as number,
    }
  }
  const step = (): SharedStep => {
    const [ref, word, threadId, count] = [next(), next(), next(), next()]
    return { ref, boundary: word & 15, threadId, task: (word & 16) === 0 ? null : task(), count }
  }
  // Read for each message: `Array.from` takes several times as long.
  const times = <T>(count: number, read: () => T): T[] => {
    const all: T[] = []
    for (let i = 0; i < count; i++) all.push(read())
    return all
  }
  const count = next()
  const root = task()
  const runs = times(count, () => {
    const turns = next()
    return { turns, segments: times(next(), () => times(next(), step)) }
  })
  return { runs, root }
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
    const note = ref === HOPS_LEFT_OUT ? `<${count} hops left out>` : ref === 0 ? NOT_TRACED : memory.text(ref)
    return { site: null, note, boundary: null, task: null, threadId, turns, group }
  }
  const site = ref === 0 ? null : siteOf(memory, ref)
  const kind = boundary === NO_BOUNDARY ? null : (BOUNDARIES[boundary] as Boundary)
  return { site, note: site === null ? '<left out>' : null, boundary: kind, task, threadId, turns, group }
}

/** Places as other threads know them, and the other way round. */
const MAX_REFS = 100_000
const refs = new Map<number, number>()
const sites = new Map<number, Site>()

function refOf(memory: SharedMemory, site: Site): number {
  let ref = refs.get(site.id)
  if (ref === undefined) {
    ref = memory.intern(JSON.stringify(describe(site)))
    if (refs.size >= MAX_REFS) refs.clear()
    refs.set(site.id, ref)
  }
  return ref
}

type Description = readonly [Site['name'], Site['script'], Site['line'], Site['column'], boolean, boolean]

/** The reading thread maps positions, except where only this thread has the map: a loader made the text. */
function describe({ name, script, line, column, isModule, isMapped = false }: Site): Description {
  const canMap = !isMapped && script !== null && line !== null && column !== null
  const own = canMap ? originalPositionInLoadedSource(script, line, column) : null
  if (own === null) return [name, script, line, column, isModule, isMapped]
  return [name, script, own.line, own.column, isModule, true]
}

function siteOf(memory: SharedMemory, ref: number): Site {
  let site = sites.get(ref)
  if (site === undefined) {
    const [name, script, line, column, isModule, isMapped] = JSON.parse(memory.text(ref)) as Description
    // This thread's own places have positive numbers.
    site = Object.freeze({ id: -ref, name, script, line, column, isModule, isMapped, ...NOT_KNOWN })
    sites.set(ref, site)
  }
  return site
}

const NOT_KNOWN = { enclosingLine: null, enclosingColumn: null, isAwaiting: false, isOwn: false, isInternal: false }

/** A path as data that another process can read: texts in place of references. */
export interface ExportedPath {
  readonly runs: readonly { turns: number; segments: (readonly [text: string | null, step: SharedStep])[][] }[]
  readonly root: ForeignTask
}

export function exportPath(memory: SharedMemory, path: SharedPath): ExportedPath {
  const runs = path.runs.map(({ turns, segments }) => ({
    turns,
    segments: segments.map((segment) =>
      segment.map((step) => [step.ref > 0 ? memory.text(step.ref) : null, step] as const),
    ),
  }))
  return { runs, root: path.root }
}

export function importPath(memory: SharedMemory, { runs, root }: ExportedPath): SharedPath {
  return {
    root,
    runs: runs.map(({ turns, segments }) => ({
      turns,
      segments: segments.map((segment) =>
        segment.map(([text, step]) => (text === null ? step : { ...step, ref: memory.intern(text) })),
      ),
    })),
  }
}
