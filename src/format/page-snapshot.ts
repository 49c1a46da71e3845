import type { Frame } from '../model/frame.js'
import type { Leaf } from '../model/leaf.js'
import type { Task } from '../model/task.js'
import type { SourceFrame, TaskDump, TaskInfo, ThreadDump } from '../model/task-dump.js'
import type { TraceFrame } from '../model/trace.js'
import type { WaitGraph, WaitNode } from '../model/wait-graph.js'

/** What the page shows at one time. */
export interface PageSnapshot {
  /** Milliseconds since the Unix epoch. */
  readonly takenAtMs: number
  readonly graph: WaitGraph
  /** Null where only the graph is known: its tasks are listed then. */
  readonly dump: PageDump | null
  /** Whether the endpoint would show more if it read the heap. */
  readonly heapHelps?: boolean
}

/** A dump with what the page shows of creation paths. */
export interface PageDump extends Omit<TaskDump, 'tasks'> {
  readonly tasks: readonly PageTask[]
}

export interface PageTask extends Omit<TaskInfo, 'createdPath'> {
  readonly createdPath?: readonly PathStep[]
}

export type PathStep = Frame & Pick<TraceFrame, 'boundary' | 'repeated'>

/**
 * A snapshot for the way to the page. Thousands of tasks stand at a few places: each frame, stack and path is
 * in it once, and the rest names it by its position. The page's own: it may change with any version.
 */
export interface PackedSnapshot {
  readonly takenAtMs: number
  readonly frames: readonly PackedFrame[]
  readonly stacks: readonly (readonly number[])[]
  readonly paths: readonly (readonly PackedStep[])[]
  readonly nodes: readonly PackedNode[]
  readonly edges: WaitGraph['edges']
  readonly cycles: WaitGraph['cycles']
  readonly incomplete?: string | undefined
  readonly heapHelps?: boolean
  readonly dump: { readonly pid: number; readonly threads: readonly ThreadDump[] } | null
  readonly tasks: readonly PackedTask[]
}

/** Name, file, line, column, source text of the line. */
/** Name, file, line, column, source; 1 for a function that has returned. */
type PackedFrame = readonly [string, string | null, number | null, number | null, string | null, 1?]
/** Frame, boundary, how often it repeats. */
type PackedStep = readonly [number, TraceFrame['boundary'], number]
type Packed<T, Places extends keyof T> = Omit<T, Places> & { readonly [K in Places]: number }
type PackedLeaf = Packed<Leaf, 'createdAt'>

interface PackedNode extends Omit<WaitNode, 'task' | 'stack' | 'leaf'> {
  readonly task: Packed<Task, 'createdAt'> | null
  readonly stack: number
  readonly leaf: PackedLeaf | null
}

interface PackedTask extends Omit<PageTask, 'task' | 'currentFrame' | 'waitingOn' | 'stack' | 'createdPath'> {
  readonly task: Packed<Task, 'createdAt'>
  readonly currentFrame: number
  readonly waitingOn: PackedLeaf | null
  readonly stack: number
  readonly createdPath: number
}

/** In place of the position of what there is not. */
const NONE = -1

export function packSnapshot({ takenAtMs, graph, dump, heapHelps = false }: PageSnapshot): PackedSnapshot {
  const frames = new Positions<PackedFrame>()
  const stacks = new Positions<readonly number[]>()
  const paths = new Positions<readonly PackedStep[]>()
  const frame = (one: (Frame & { source?: string | null }) | null) => (one === null ? NONE : frames.of(packFrame(one)))
  const stack = (all: readonly Frame[] | undefined) => (all === undefined ? NONE : stacks.of(all.map(frame)))
  const path = (steps: readonly PathStep[] | undefined) =>
    steps === undefined ? NONE : paths.of(steps.map((step) => [frame(step), step.boundary, step.repeated] as const))
  const packTask = (task: Task) => ({ ...task, createdAt: frame(task.createdAt) })
  const packLeaf = (leaf: Leaf | null) => (leaf === null ? null : { ...leaf, createdAt: frame(leaf.createdAt) })
  const nodes = graph.nodes.map((node) => ({
    ...node,
    task: node.task === null ? null : packTask(node.task),
    stack: stack(node.stack),
    leaf: packLeaf(node.leaf),
  }))
  const tasks = (dump?.tasks ?? []).map((info) => ({
    ...info,
    task: packTask(info.task),
    currentFrame: frame(info.currentFrame),
    waitingOn: packLeaf(info.waitingOn),
    stack: stack(info.stack),
    createdPath: path(info.createdPath),
  }))
  const head = dump === null ? null : { pid: dump.pid, threads: dump.threads }
  const tables = { frames: frames.all, stacks: stacks.all, paths: paths.all }
  const { edges, cycles, incomplete } = graph
  return { takenAtMs, ...tables, nodes, edges, cycles, incomplete, heapHelps, dump: head, tasks }
}

function packFrame({
  name,
  filename,
  line,
  column,
  source = null,
  returned,
}: Frame & { source?: string | null }): PackedFrame {
  return returned === true ? [name, filename, line, column, source, 1] : [name, filename, line, column, source]
}

export function unpackSnapshot(packed: PackedSnapshot): PageSnapshot {
  const frames = packed.frames.map(
    ([name, filename, line, column, source, returned]): SourceFrame => ({
      ...{ name, filename, line, column, source },
      ...(returned === 1 && { returned: true }),
    }),
  )
  const frame = (position: number) => frames[position] ?? null
  const stacks = packed.stacks.map((positions) => positions.flatMap((position) => frame(position) ?? []))
  const paths = packed.paths.map((steps) =>
    steps.flatMap(([position, boundary, repeated]) => {
      const found = frame(position)
      return found === null ? [] : [{ ...found, boundary, repeated }]
    }),
  )
  // NaN, for a time that is unknown, travels as null.
  const time = (ms: number | null) => ms ?? Number.NaN
  const task = (one: Packed<Task, 'createdAt'>): Task => ({
    ...one,
    createdAt: frame(one.createdAt),
    createdAtMs: time(one.createdAtMs),
  })
  const leaf = (one: PackedLeaf | null): Leaf | null =>
    one === null ? null : ({ ...one, createdAt: frame(one.createdAt) } as Leaf)
  const nodes = packed.nodes.map((node) => ({
    ...node,
    task: node.task === null ? null : task(node.task),
    stack: stacks[node.stack] ?? [],
    leaf: leaf(node.leaf),
  }))
  const tasks = packed.tasks.map(({ stack, createdPath, ...info }) => ({
    ...info,
    ageMs: time(info.ageMs),
    task: task(info.task),
    currentFrame: frame(info.currentFrame),
    waitingOn: leaf(info.waitingOn),
    ...(stacks[stack] !== undefined && { stack: stacks[stack] }),
    ...(paths[createdPath] !== undefined && { createdPath: paths[createdPath] }),
  }))
  const { takenAtMs, edges, cycles, incomplete, heapHelps = false } = packed
  const dump: PageDump | null = packed.dump === null ? null : { version: 1, takenAtMs, ...packed.dump, tasks }
  return {
    takenAtMs,
    graph: { nodes, edges, cycles, ...(incomplete !== undefined && { incomplete }) },
    dump,
    heapHelps,
  }
}

/** A list without repeats, each entry found by its content. */
class Positions<T> {
  readonly all: T[] = []
  readonly #known = new Map<string, number>()

  of(value: T): number {
    const key = JSON.stringify(value)
    const known = this.#known.get(key)
    if (known !== undefined) return known
    this.#known.set(key, this.all.length)
    return this.all.push(value) - 1
  }
}
