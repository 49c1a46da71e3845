import type { KeptAlive } from './kept-alive.js'
import type { TaskDump } from './task-dump.js'
import type { WaitGraph } from './wait-graph.js'

/**
 * Whether what another thread or process answers is what it is said to be: formats print numbers and kinds as they
 * are. Fields that are not known here, of a newer version, are let through.
 */
type Check = (value: unknown) => boolean

const text: Check = (value) => typeof value === 'string'
/** In JSON, what is no number is null. */
const number: Check = (value) => typeof value === 'number' || value === null
const integer: Check = (value) => Number.isSafeInteger(value)
const bool: Check = (value) => typeof value === 'boolean'
/** A kind or a state, of any version. */
const word: Check = (value) => typeof value === 'string' && /^\w{1,40}$/.test(value)

function orNull(check: Check): Check {
  return (value) => value === null || check(value)
}

function list(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check)
}

function shape(fields: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check {
  return (value) => {
    if (typeof value !== 'object' || value === null) return false
    const given = value as Readonly<Record<string, unknown>>
    return (
      Object.entries(fields).every(([name, check]) => check(given[name])) &&
      Object.entries(optional).every(([name, check]) => given[name] === undefined || check(given[name]))
    )
  }
}

const FRAME = { name: text, filename: orNull(text), line: orNull(integer), column: orNull(integer) }
const RETURNED = { returned: bool }
const frame = shape(FRAME, RETURNED)
const sourceFrame = shape({ ...FRAME, source: orNull(text) }, RETURNED)
const task = shape({
  id: integer,
  name: text,
  kind: word,
  threadId: integer,
  createdAtMs: number,
  createdAt: orNull(frame),
})
const traceFrame = shape({
  ...FRAME,
  indent: integer,
  task: orNull(task),
  boundary: orNull(word),
  isExecutor: bool,
  threadId: integer,
  repeated: integer,
})
const use = shape({
  package: orNull(text),
  capacity: number,
  inUse: number,
  holders: list(shape({ state: text, count: integer, frame: orNull(frame), nodeIds: list(integer) })),
})
const leaf = shape(
  { kind: word, label: text, createdAt: orNull(frame) },
  {
    delayMs: number,
    remainingMs: number,
    local: text,
    remote: text,
    taskId: integer,
    isOfWorker: bool,
    usesThreadPool: bool,
    never: text,
    trouble: text,
    use,
  },
)
const request = shape(
  {
    side: word,
    method: orNull(text),
    path: orNull(text),
    host: orNull(text),
    state: word,
    ageMs: number,
    silentMs: number,
    lastIn: orNull(frame),
    nodeIds: list(integer),
    threadId: integer,
  },
  { missingBytes: integer, connection: text },
)
const taskInfo = shape(
  {
    task,
    state: word,
    functionExecuting: text,
    currentFrame: orNull(sourceFrame),
    ageMs: number,
    waitingOn: orNull(leaf),
  },
  { stack: list(sourceFrame), createdPath: list(traceFrame) },
)
const thread = shape(
  { threadId: integer, name: text, state: word, pauseMs: number, stack: list(frame) },
  { incomplete: text },
)
const lost = shape({ stack: list(frame), count: integer, isCollected: bool, threadId: integer })
const threadsAndTasks = shape({ threads: list(thread), tasks: list(taskInfo) }, { lost: list(lost) })
const head = shape({ version: integer, pid: number, takenAtMs: integer })
const node = shape({
  id: integer,
  kind: word,
  label: text,
  task: orNull(task),
  stack: list(frame),
  leaf: orNull(leaf),
  threadId: integer,
})
/** Graphs of versions before 0.2 have no modes. */
const edge = shape({ from: integer, to: integer, via: orNull(text) }, { mode: word })
const graph = shape(
  { nodes: list(node), edges: list(edge), cycles: list(list(integer)) },
  { incomplete: text, requests: list(request), lost: list(lost) },
)

const keptAlive = list(shape({ leaf, calls: orNull(frame) }))

export const isFrameList: Check = list(frame)

/** One thread's part of a dump. */
export function isPartOfDump(value: unknown): value is Pick<TaskDump, 'threads' | 'tasks' | 'lost'> {
  return threadsAndTasks(value)
}

export function isTaskDump(value: unknown): value is TaskDump {
  return head(value) && threadsAndTasks(value)
}

export function isWaitGraph(value: unknown): value is WaitGraph {
  return graph(value)
}

export function isKeptAliveList(value: unknown): value is readonly KeptAlive[] {
  return keptAlive(value)
}
