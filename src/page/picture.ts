import type { PageSnapshot, PageTask } from '../format/page-snapshot.js'
import { threadMark } from '../format/wait-graph-names.js'
import { durationText } from '../model/duration-text.js'
import { type Frame, innermostInFile, positionText } from '../model/frame.js'
import type { Leaf } from '../model/leaf.js'
import type { Task } from '../model/task.js'
import type { WaitNode } from '../model/wait-graph.js'

/** A neighbour in the graph, by its position among the nodes. */
export interface DrawnLink {
  readonly node: number
  readonly via: string | null
}

/** A snapshot with what the parts of the page look up in it. Nodes go by their position in the graph's list. */
export interface Picture {
  readonly snapshot: PageSnapshot
  readonly nodes: readonly WaitNode[]
  readonly tasks: readonly PageTask[]
  /** False where the states in `tasks` are not known. */
  readonly hasStates: boolean
  readonly waitsFor: readonly (readonly DrawnLink[])[]
  readonly awaitedBy: readonly (readonly DrawnLink[])[]
  readonly cycles: readonly (readonly number[])[]
  /** The deadlocks, counted from 0, that a node is part of. */
  readonly deadlocks: ReadonlyMap<number, readonly number[]>
  readonly infoOf: (node: number) => PageTask | undefined
  readonly nodeOf: (task: Task) => number | undefined
  /** `src/app.js:10`, without the folder that all files share. */
  readonly place: (frame: Frame) => string
}

const taskKey = (task: Task) => `${task.threadId}:${task.id}`

export function pictureOf(snapshot: PageSnapshot): Picture {
  const { graph, dump } = snapshot
  const { nodes } = graph
  const position = new Map(nodes.map((node, i) => [node.id, i]))
  const waitsFor: DrawnLink[][] = nodes.map(() => [])
  const awaitedBy: DrawnLink[][] = nodes.map(() => [])
  for (const { from, to, via } of graph.edges) {
    const [waiter, target] = [position.get(from), position.get(to)]
    if (waiter === undefined || target === undefined) continue
    waitsFor[waiter]?.push({ node: target, via })
    awaitedBy[target]?.push({ node: waiter, via })
  }
  const cycles = graph.cycles.map((cycle) => cycle.flatMap((id) => position.get(id) ?? []))
  const deadlocks = new Map<number, number[]>()
  cycles.forEach((cycle, i) => {
    for (const node of cycle) deadlocks.set(node, [...(deadlocks.get(node) ?? []), i])
  })
  const nodeOfTask = new Map<string, number>()
  nodes.forEach((node, i) => {
    if (node.task !== null) nodeOfTask.set(taskKey(node.task), i)
  })
  const tasks = dump?.tasks ?? tasksOfGraph(snapshot, nodes, waitsFor)
  const infos = new Map(tasks.map((info) => [taskKey(info.task), info]))
  const infoOf = (node: number) => {
    const task = nodes[node]?.task
    return task ? infos.get(taskKey(task)) : undefined
  }
  const nodeOf = (task: Task) => nodeOfTask.get(taskKey(task))
  const place = placeIn(sharedFolder(tasks, nodes))
  const hasStates = dump !== null
  return { snapshot, nodes, tasks, hasStates, waitsFor, awaitedBy, cycles, deadlocks, infoOf, nodeOf, place }
}

/** Where there is no dump: the graph's own tasks, as far as it knows them. */
function tasksOfGraph(
  snapshot: PageSnapshot,
  nodes: readonly WaitNode[],
  waitsFor: readonly DrawnLink[][],
): PageTask[] {
  return nodes.flatMap((node, i) => {
    if (node.task === null) return []
    const stack = node.stack.map((frame) => ({ ...frame, source: null })).reverse()
    const target = nodes[waitsFor[i]?.[0]?.node ?? -1]
    const waitingOn: Leaf | null =
      target === undefined ? null : (target.leaf ?? { kind: target.kind, label: target.label, createdAt: null })
    return {
      task: node.task,
      state: 'PENDING' as const,
      functionExecuting: stack[0]?.name ?? node.label,
      currentFrame: innermostInFile(stack),
      ageMs: Math.max(0, snapshot.takenAtMs - node.task.createdAtMs),
      waitingOn,
      stack,
    }
  })
}

function placeIn(folder: string): (frame: Frame) => string {
  return ({ filename, line, column }) => {
    if (filename === null) return ''
    // Of a package, from its name on; of the program, without what all its files share.
    const packages = filename.search(/[\\/]node_modules[\\/](?!.*[\\/]node_modules[\\/])/)
    const start = packages !== -1 ? packages + 1 : filename.startsWith(folder) ? folder.length : 0
    const file = filename.slice(start)
    return `${file}${positionText({ line, column })}`
  }
}

/** The longest folder that holds all of the program's own files, with its last slash. */
function sharedFolder(tasks: readonly PageTask[], nodes: readonly WaitNode[]): string {
  let folder: string | null = null
  const see = (frame: Frame | null) => {
    const file = frame?.filename
    if (file == null || !/^(\/|[A-Za-z]:[\\/])/.test(file) || /[\\/]node_modules[\\/]/.test(file)) return
    folder ??= file.slice(0, Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)
    while (!file.startsWith(folder)) folder = folder.slice(0, folder.search(/[^\\/]*[\\/]$/))
  }
  for (const { currentFrame, stack } of tasks) {
    see(currentFrame)
    for (const frame of stack ?? []) see(frame)
  }
  for (const { stack } of nodes) for (const frame of stack) see(frame)
  return folder ?? ''
}

/** A call as `worker()`, a module's top level as it is. */
export function call(name: string): string {
  return name.startsWith('<') ? name : `${name}()`
}

export function age(ms: number): string {
  return durationText(ms)
}

/** A task's name; what a node is, where it is no task. */
export function nameOf(node: WaitNode): string {
  return `${node.task?.name ?? node.label}${threadMark(node)}`
}
