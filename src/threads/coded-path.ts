/** A path as numbers, for the memory that threads share, and as data, for another process. */
import type { ForeignTask } from '../record/foreign.js'
import type { SharedMemory } from './shared-memory.js'
import { BOUNDARIES, type SharedPath, type SharedStep } from './shared-step.js'
import { soundPath, soundText } from './sound.js'

const float = new Float64Array(1)
const halves = new Int32Array(float.buffer)

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
    const [id, name, kind, threadId] = [next(), next(), next(), next()]
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
    const [ref, word, threadId, count] = [next(), next(), next(), next()]
    return { ref, boundary: word & 15, threadId, task: (word & 16) === 0 ? null : task(), count }
  }
  // Read for each message: `Array.from` takes several times as long.
  const times = <T>(count: number, read: () => T): T[] => {
    if (count < 0 || count > numbers.length - at) throw new Error('a path has a length that cannot be')
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
  return soundPath({ runs, root })
}

/** A path as data that another process can read: texts in place of references. */
export interface ExportedPath {
  readonly runs: readonly { turns: number; segments: (readonly [text: string | null, step: SharedStep])[][] }[]
  readonly root: ForeignTask
}

export function exportPath(memory: SharedMemory, path: SharedPath): ExportedPath {
  const runs = path.runs.map(({ turns, segments }) => ({
    turns,
    segments: segments.map((segment) =>
      segment.map((step) => [step.ref > 0 ? soundText(memory, step.ref) : null, step] as const),
    ),
  }))
  return { runs, root: path.root }
}

/** @throws {Error} where another process has sent what cannot be. */
export function importPath(memory: SharedMemory, { runs, root }: ExportedPath): SharedPath {
  return soundPath({
    root,
    runs: runs.map(({ turns, segments }) => ({
      turns,
      segments: segments.map((segment) =>
        segment.map(([text, step]) => (text === null ? step : { ...step, ref: memory.intern(text) })),
      ),
    })),
  })
}
