import { gzipSync } from 'node:zlib'
import { Line, Location, Profile, Function as ProfileFunction, Sample, StringTable, ValueType } from 'pprof-format'
import type { Frame } from '../model/frame.js'
import type { Leaf } from '../model/leaf.js'
import type { TaskDump, TaskInfo } from '../model/task-dump.js'
import { varyingLabel } from './varying-label.js'

const NANOSECONDS_PER_MS = 1e6

/**
 * Pending tasks as a profile, as Go's goroutine profile has goroutines: for each stack, how many tasks are suspended there, and
 * their ages in nanoseconds, added up; a task of unknown age adds nothing. A stack goes on into the path that created the task, if the
 * dump has it. Labels say the thread, the state, and what is waited for, without what differs between tasks that are alike.
 *
 * @returns the gzipped protobuf that `go tool pprof`, Pyroscope, Parca and speedscope read.
 * @see https://github.com/google/pprof/blob/main/proto/profile.proto
 */
export function taskProfile(dump: TaskDump): Buffer {
  const table = new ProfileTable()
  const samples = new Map<string, { readonly sample: Sample; count: number; ageNs: number }>()
  for (const info of dump.tasks) {
    const locationId = framesOf(info).map((frame) => table.location(frame))
    const labels = Object.entries(labelsOf(info)).map(([key, text]) => ({
      key: table.text(key),
      str: table.text(text),
    }))
    const key = JSON.stringify([locationId, labels])
    const alike = samples.get(key) ?? { sample: new Sample({ locationId, label: labels }), count: 0, ageNs: 0 }
    samples.set(key, alike)
    alike.count++
    if (!Number.isNaN(info.ageMs)) alike.ageNs += Math.round(info.ageMs * NANOSECONDS_PER_MS)
  }
  const profile = new Profile({
    sampleType: [table.type('tasks', 'count'), table.type('age', 'nanoseconds')],
    sample: [...samples.values()].map(({ sample, count, ageNs }) => {
      sample.value = [count, ageNs]
      return sample
    }),
    location: table.locations,
    function: table.functions,
    stringTable: table.strings,
    timeNanos: BigInt(Math.round(dump.takenAtMs)) * BigInt(NANOSECONDS_PER_MS),
    periodType: table.type('tasks', 'count'),
    period: 1,
    defaultSampleType: table.text('tasks'),
  })
  return gzipSync(profile.encode())
}

/** Innermost first, as a profile has them. */
function framesOf(info: TaskInfo): readonly Frame[] {
  const { task, currentFrame, stack = currentFrame === null ? [] : [currentFrame], createdPath = [] } = info
  // The last frame of a path stands for the root task.
  const path: readonly Frame[] = createdPath.filter(({ task, boundary }) => task === null || boundary !== null)
  const created = path.length === 0 && task.createdAt !== null ? [task.createdAt] : path
  return [...[...stack].reverse(), ...created]
}

function labelsOf({ task, state, waitingOn }: TaskInfo): Record<string, string> {
  const labels = { thread: String(task.threadId), state }
  return waitingOn === null ? labels : { ...labels, 'waiting on': commonLabel(waitingOn) }
}

function commonLabel({ kind, label }: Leaf): string {
  return kind === 'task' ? 'task' : varyingLabel(kind, label, () => '…')
}

/** pprof takes what stands in angle brackets for parameters of a template, and leaves it out. */
function unbracketed(name: string): string {
  return name.replace(/<(.+)>/, '[$1]')
}

/** What the samples of a profile refer to by number. */
class ProfileTable {
  readonly strings = new StringTable()
  readonly locations: Location[] = []
  readonly functions: ProfileFunction[] = []
  readonly #locationIds = new Map<string, number>()
  readonly #functionIds = new Map<string, number>()

  text(text: string): number {
    return this.strings.dedup(text)
  }

  type(type: string, unit: string): ValueType {
    return new ValueType({ type: this.text(type), unit: this.text(unit) })
  }

  location({ name, filename, line, column }: Frame): number {
    const functionId = this.#function(name, filename ?? '')
    const key = `${functionId}:${line}:${column}`
    const known = this.#locationIds.get(key)
    if (known !== undefined) return known
    const id = this.locations.length + 1
    this.locations.push(new Location({ id, line: [new Line({ functionId, line: line ?? 0, column: column ?? 0 })] }))
    this.#locationIds.set(key, id)
    return id
  }

  #function(name: string, filename: string): number {
    const key = JSON.stringify([name, filename])
    const known = this.#functionIds.get(key)
    if (known !== undefined) return known
    const id = this.functions.length + 1
    const text = this.text(unbracketed(name))
    this.functions.push(new ProfileFunction({ id, name: text, systemName: text, filename: this.text(filename) }))
    this.#functionIds.set(key, id)
    return id
  }
}
