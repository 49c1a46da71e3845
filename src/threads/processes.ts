import type { ChildProcess } from 'node:child_process'
import type { SpawnOptions } from '../engine/spawn-options.js'
import { countFault } from '../record/faults.js'
import { type Origin, ROOT } from '../record/origin.js'
import { enterMessage, foreignOrigin, leaveScope } from '../record/present.js'
import { samplingRate, unsampled } from '../record/sampling.js'
import { type ExportedPath, exportPath, importPath } from './coded-path.js'
import { answerArrived } from './jobs.js'
import { memory } from './memory.js'
import { presentPath, ReceivedPath, senderOf } from './outgoing-path.js'
import { mayPreload, PRELOAD } from './worker-start.js'

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
  /** The share of root tasks that is followed. */
  readonly sample: number
  readonly createdAtMs: number
  /** Null where it is too long for an environment. */
  readonly path: ExportedPath | null
}

export const PROCESS_START = 'ASYNC_TRACE_PROCESS'
/** Windows takes 32,767 characters for a whole environment, Linux 131,072 bytes for one variable: more starts no child. */
const LONGEST_START = process.platform === 'win32' ? 8_000 : 60_000
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

  readonly onMessage = (payload: unknown): (() => void) | null => {
    const number = this.#received++
    const message = this.#waiting.get(number)
    this.#waiting.delete(number)
    answerArrived(payload)
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
 * Starts a child with which messages are exchanged so that it is traced from its first line on; where that
 * cannot be, as it was asked for.
 *
 * @param onTraced is told of a traced child.
 */
export function startProcess(
  child: ChildProcess,
  spawn: (options: object) => unknown,
  options: SpawnOptions,
  onTraced: (child: ChildProcess) => void,
): unknown {
  const changed = withPreload(options)
  if (changed === null) return spawn(options)
  const result = spawn(changed)
  try {
    const { spawnargs } = child
    if (spawnargs[1] === '--require' && spawnargs[2] === PRELOAD) spawnargs.splice(1, 2)
    onTraced(child)
  } catch (error) {
    countFault(error)
  }
  return result
}

/** What a child may read is not for us to widen. */
const PERMISSION = /(?:^|[\s=])--(?:experimental-)?permission\b/

function withPreload(options: SpawnOptions): object | null {
  try {
    const { file, args, envPairs, stdio } = options
    if (file !== process.execPath || !Array.isArray(stdio) || !stdio.includes('ipc') || !mayPreload()) return null
    if (!areStrings(args) || !areStrings(envPairs)) return null
    if (envPairs.includes('ASYNC_TRACE=off')) return null
    const flags = [...args, ...envPairs.filter((pair) => pair.startsWith('NODE_OPTIONS='))]
    if (flags.some((flag) => PERMISSION.test(flag))) return null
    return {
      ...options,
      args: [...args.slice(0, 1), '--require', PRELOAD, ...args.slice(1)],
      envPairs: [...envPairs, `${PROCESS_START}=${startText()}`],
    }
  } catch (error) {
    countFault(error)
    return null
  }
}

function startText(): string {
  const path = exportPath(memory(), presentPath(startProcess))
  const start: ProcessStart = { sample: samplingRate(), createdAtMs: performance.timeOrigin + performance.now(), path }
  const text = JSON.stringify(start)
  return Buffer.byteLength(text) <= LONGEST_START ? text : JSON.stringify({ ...start, path: null })
}

function areStrings(list: unknown): list is string[] {
  return Array.isArray(list) && list.every((item) => typeof item === 'string')
}

/** In a child, before the program's first line. @returns null where it was not made by a traced process. */
export function takeProcessStart(): ProcessStart | null {
  const text = process.env[PROCESS_START]
  if (text === undefined) return null
  delete process.env[PROCESS_START]
  const start = JSON.parse(text) as ProcessStart
  if (process.execArgv[0] === '--require' && process.execArgv[1] === PRELOAD) process.execArgv.splice(0, 2)
  return start
}

/** Once tracing is on. */
export function joinParent(start: ProcessStart): void {
  ROOT.parent = originOf(start.path ?? undefined, 'worker', start.createdAtMs)
}
