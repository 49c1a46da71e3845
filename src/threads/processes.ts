import type { ChildProcess } from 'node:child_process'
import { countFault } from '../record/faults.js'
import { type Origin, ROOT } from '../record/origin.js'
import { enterMessage, foreignOrigin, leaveScope } from '../record/present.js'
import { samplingRate, unsampled } from '../record/sampling.js'
import { memory } from './memory.js'
import { presentPath, ReceivedPath, senderOf } from './outgoing-path.js'
import { type ExportedPath, exportPath, importPath } from './shared-path.js'
import { mayPreload, PRELOAD, peek } from './worker-start.js'

/**
 * Processes share no memory: the path of a message goes in a message of its own right before it, which Node
 * keeps from the program. Both sides count: where the numbers differ, there is no path.
 */
interface PathMessage {
  readonly number: number
  readonly kind: 'executor' | 'worker'
  readonly sentAtMs: number
  /** Null where the sender is not followed. */
  readonly path: ExportedPath | null
}

/** What a child is given in its environment. It is gone by the time the program looks. */
export interface ProcessStart {
  readonly execArgv: readonly string[]
  /** The share of root tasks that is followed. */
  readonly sample: number
  readonly createdAtMs: number
  readonly path: ExportedPath
}

export const PROCESS_START = 'ASYNC_TRACE_PROCESS'
/** Paths of messages that nobody listens to yet. */
const MAX_WAITING = 10_000

/** One end of a channel. */
export class ProcessChannel {
  readonly #waiting = new Map<number, PathMessage>()
  #sent = 0
  #received = 0

  readonly onSend = (send: (message: object) => void, payload: unknown): void => {
    try {
      const { kind, path } = senderOf(payload, this.onSend)
      const sentAtMs = performance.timeOrigin + performance.now()
      const exported = path === null ? null : exportPath(memory(), path)
      const message: PathMessage = { number: this.#sent, kind, sentAtMs, path: exported }
      send(message)
    } catch (error) {
      countFault(error)
    }
  }

  readonly onSent = (): void => {
    this.#sent++
  }

  readonly onOwn = (message: unknown): void => {
    if (this.#waiting.size < MAX_WAITING) this.#waiting.set((message as PathMessage).number, message as PathMessage)
  }

  readonly onMessage = (): (() => void) | null => {
    const number = this.#received++
    const message = this.#waiting.get(number)
    this.#waiting.delete(number)
    const isFollowed = message?.path !== null
    const outer = enterMessage(isFollowed ? originOf(message?.path, message?.kind, message?.sentAtMs) : unsampled)
    return () => leaveScope(outer)
  }
}

function originOf(
  path: ExportedPath | undefined,
  kind: 'executor' | 'worker' = 'worker',
  atMs = performance.timeOrigin + performance.now(),
): Origin {
  const received = path === undefined ? null : new ReceivedPath(() => importPath(memory(), path))
  return foreignOrigin(received, kind, atMs)
}

/**
 * Makes a child that is traced from its first line on; where that cannot be, a child as it was asked for.
 *
 * @param onTraced is told of a traced child.
 */
export function startFork(
  fork: (args: readonly unknown[]) => ChildProcess,
  args: readonly unknown[],
  onTraced: (child: ChildProcess) => void,
): ChildProcess {
  const changed = withPreload(args)
  if (changed === null) return fork(args)
  const child = fork(changed)
  try {
    const { spawnargs } = child
    if (spawnargs[1] === '--require' && spawnargs[2] === PRELOAD) spawnargs.splice(1, 2)
    onTraced(child)
  } catch (error) {
    countFault(error)
  }
  return child
}

function withPreload(args: readonly unknown[]): readonly unknown[] | null {
  try {
    const at = Array.isArray(args[1]) || args[1] == null ? 2 : 1
    const options = args[at]
    if (options != null && (typeof options !== 'object' || peek(options, 'execPath') !== undefined)) return null
    if (!mayPreload() || args.length > 3) return null
    const given = peek(options, 'execArgv')
    if (given !== undefined && !Array.isArray(given)) return null
    const env = peek(options, 'env') ?? process.env
    if (typeof env !== 'object' || (env as { ASYNC_TRACE?: unknown }).ASYNC_TRACE === 'off') return null
    const shown: readonly string[] = given ?? process.execArgv
    const start: ProcessStart = {
      execArgv: shown,
      sample: samplingRate(),
      createdAtMs: performance.timeOrigin + performance.now(),
      path: exportPath(memory(), presentPath(startFork)),
    }
    const property = { value: JSON.stringify(start), enumerable: true, configurable: true, writable: true }
    const changed = {
      ...(options as object | undefined),
      execArgv: ['--require', PRELOAD, ...shown],
      env: Object.create(env, { [PROCESS_START]: property }),
    }
    return at === 2 ? [args[0], args[1] ?? [], changed] : [args[0], changed]
  } catch (error) {
    countFault(error)
    return null
  }
}

/** In a child, before the program's first line. @returns null where it was not made by a traced process. */
export function takeProcessStart(): ProcessStart | null {
  const text = process.env[PROCESS_START]
  if (text === undefined) return null
  delete process.env[PROCESS_START]
  const start = JSON.parse(text) as ProcessStart
  process.execArgv.splice(0, process.execArgv.length, ...start.execArgv)
  return start
}

/** Once tracing is on. */
export function joinParent(start: ProcessStart): void {
  ROOT.parent = originOf(start.path, 'worker', start.createdAtMs)
}
