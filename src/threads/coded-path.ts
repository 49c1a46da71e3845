/** A path as numbers, for the memory that threads share, and as data, for another process. */
import { indexOf, map } from '../engine/lists.js'
import type { ForeignTask } from '../record/foreign.js'
import type { SharedMemory } from './shared-memory.js'
import { BOUNDARIES, type Run, type Segment, type SharedPath, type SharedStep } from './shared-step.js'
import { soundPath, soundText } from './sound.js'

const float = new Float64Array(1)
const halves = new Int32Array(float.buffer)

/** A path as numbers. */
export function encodePath(memory: SharedMemory, path: SharedPath): number[] {
  const out = [path.runs.length]
  encodeTask(memory, path.root, out)
  for (let i = 0; i < path.runs.length; i++) {
    const { turns, segments } = path.runs[i] as Run
    put(out, turns, segments.length)
    for (let j = 0; j < segments.length; j++) encodeSegment(memory, segments[j] as Segment, out)
  }
  return out
}

function encodeSegment(memory: SharedMemory, segment: Segment, out: number[]): void {
  out[out.length] = segment.length
  for (let i = 0; i < segment.length; i++) {
    const { ref, boundary, threadId, task, count } = segment[i] as SharedStep
    put(out, ref, boundary | (task === null ? 0 : 16))
    put(out, threadId, count)
    if (task !== null) encodeTask(memory, task, out)
  }
}

function put(out: number[], a: number, b: number): void {
  out[out.length] = a
  out[out.length] = b
}

function encodeTask(memory: SharedMemory, task: ForeignTask, out: number[]): void {
  float[0] = task.createdAtMs
  const isDefault = task.name === `Task-${task.id}`
  put(out, task.id, isDefault ? 0 : memory.intern(task.name))
  put(out, indexOf(BOUNDARIES, task.kind), task.threadId)
  put(out, halves[0] as number, halves[1] as number)
}

/**
 * The opposite of `encodePath`.
 *
 * @throws {Error} where another thread has written what cannot be.
 */
export function decodePath(memory: SharedMemory, numbers: ArrayLike<number>, from: number): SharedPath {
  let at = from
  const next = (): number => {
    if (at >= numbers.length) throw new Error('a path is cut off')
    return numbers[at++] as number
  }
  const task = (): ForeignTask => {
    const id = next()
    const name = next()
    const kind = next()
    const threadId = next()
    halves[0] = next()
    halves[1] = next()
    return {
      id,
      name: name === 0 ? `Task-${id}` : soundText(memory, name),
      kind: BOUNDARIES[kind] as ForeignTask['kind'],
      threadId,
      createdAtMs: float[0] as number,
    }
  }
  const step = (): SharedStep => {
    const ref = next()
    const word = next()
    const threadId = next()
    const count = next()
    return { ref, boundary: word & 15, threadId, task: (word & 16) === 0 ? null : task(), count }
  }
  // Read for each message: `Array.from` takes several times as long.
  const times = <T>(count: number, read: () => T): T[] => {
    if (count < 0 || count > numbers.length - at) throw new Error('a path has a length that cannot be')
    const all: T[] = []
    for (let i = 0; i < count; i++) all[i] = read()
    return all
  }
  const count = next()
  const root = task()
  const runs = times(count, () => {
    const turns = next()
    return { turns, segments: times(next(), () => times(next(), step)) }
  })
  return soundPath({ runs, root })
}

/** A path as data that another process can read: texts in place of references. */
export interface ExportedPath {
  readonly runs: readonly { turns: number; segments: (readonly [text: string | null, step: SharedStep])[][] }[]
  readonly root: ForeignTask
}

export function exportPath(memory: SharedMemory, path: SharedPath): ExportedPath {
  const runs = map(path.runs, ({ turns, segments }) => ({
    turns,
    segments: map(segments, (segment) =>
      map(segment, (step) => [step.ref > 0 ? soundText(memory, step.ref) : null, step] as const),
    ),
  }))
  return { runs, root: path.root }
}

/** @throws {Error} where another process has sent what cannot be. */
export function importPath(memory: SharedMemory, { runs, root }: ExportedPath): SharedPath {
  return soundPath({
    root,
    runs: map(runs, ({ turns, segments }) => ({
      turns,
      segments: map(segments, (segment) =>
        map(segment, (pair) => (pair[0] === null ? pair[1] : { ...pair[1], ref: memory.intern(pair[0]) })),
      ),
    })),
  })
}
