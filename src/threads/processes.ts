import type { ChildProcess } from 'node:child_process'
import { every, filter, find, includes, joined, slice, some } from '../engine/lists.js'
import {
  isArray,
  parseJson,
  setProperty,
  sliceText,
  startsWith,
  stringify,
  test,
  trimEnd,
} from '../engine/primordials.js'
import { epochMs } from '../engine/real-clock.js'
import type { SpawnOptions } from '../engine/spawn-options.js'
import { countFault } from '../record/faults.js'
import { type Origin, ROOT } from '../record/origin.js'
import { enterMessage, foreignOrigin, leaveScope } from '../record/present.js'
import { samplingRate, unsampled } from '../record/sampling.js'
import { forgetUnwound, noteUnwound } from '../record/unwound.js'
import { type ExportedPath, exportPath, importPath } from './coded-path.js'
import { answerArrived } from './jobs.js'
import { memory } from './memory.js'
import { presentPath, ReceivedPath, senderOf } from './outgoing-path.js'
import { createPathFile, inheritedPathFile, type PathFile } from './path-file.js'
import { mayBeSame, sentShape, shapeOf } from './payload.js'
import { mayPreload, PRELOAD } from './preload-flag.js'
import { type LeftOut, nodeOptionsWithoutRegister, quoted, registerAmongArguments } from './register-flag.js'
import { startPreloaded } from './worker-options.js'

/**
 * What is left for the receiver of a message. Both sides count the messages: if the numbers differ, or the message looks
 * different, there is no path.
 */
interface PathOfMessage {
  readonly number: number
  readonly shape: number
  readonly kind: 'executor' | 'worker'
  readonly sentAtMs: number
  /** Null if the sender is not followed. */
  readonly path: ExportedPath | null
}

/** What a child is given in its environment. The program does not see it. */
export interface ProcessStart {
  /** The share of root tasks that is followed. */
  readonly sample: number
  readonly createdAtMs: number
  /** Null if it is too long for an environment. */
  readonly path: ExportedPath | null
  /** The paths of messages. */
  readonly file: { readonly fd: number; readonly identity: string } | null
  /** What the program set; null for nothing. */
  readonly nodeOptions: string | null
  /** Flags that were left out of its command line. */
  readonly leftOut: readonly LeftOut[]
  /** Whether it was to load `async-trace/register`. */
  readonly isRegistered: boolean
}

export const PROCESS_START = 'ASYNC_TRACE_PROCESS'
/** Windows takes 32,767 characters for a whole environment, Linux 131,072 bytes for one variable: more starts no child. */
const LONGEST_START = process.platform === 'win32' ? 8_000 : 60_000

/** One end of a channel. */
export class ProcessChannel {
  readonly #file: PathFile | null
  #sent = 0
  #received = 0

  constructor(file: PathFile | null) {
    this.#file = file
  }

  readonly onSend = (payload: unknown): void => {
    try {
      const { kind, path } = senderOf(payload, this.onSend)
      if (this.#file === null) return
      const sentAtMs = epochMs()
      const exported = path === null ? null : exportPath(memory(), path)
      const message: PathOfMessage = { number: this.#sent, shape: sentShape(payload), kind, sentAtMs, path: exported }
      if (!this.#file.write(this.#sent, stringify(message))) memory().countDropped()
    } catch (error) {
      countFault(error)
    }
  }

  readonly onSent = (): void => {
    this.#sent++
  }

  readonly onMessage = (payload: unknown): ((hasThrown: boolean) => void) | null => {
    const message = this.#pathOf(payload)
    answerArrived(payload)
    const isFollowed = message?.path !== null
    const from = isFollowed ? originOf(message?.path, message?.kind, message?.sentAtMs) : unsampled
    forgetUnwound()
    const outer = enterMessage(from)
    return (hasThrown) => {
      leaveScope(outer)
      if (hasThrown) noteUnwound(from)
    }
  }

  readonly onEnd = (): void => {
    try {
      this.#file?.close()
    } catch (error) {
      countFault(error)
    }
  }

  #pathOf(payload: unknown): PathOfMessage | null {
    const number = this.#received++
    try {
      const text = this.#file?.read(number)
      if (text == null) return null
      const message = parseJson(text) as PathOfMessage
      return message.number === number && mayBeSame(message.shape, shapeOf(payload)) ? message : null
    } catch (error) {
      countFault(error)
      return null
    }
  }
}

function originOf(path: ExportedPath | undefined, kind: 'executor' | 'worker' = 'worker', atMs = epochMs()): Origin {
  const received = path === undefined ? null : new ReceivedPath(() => importPath(memory(), path))
  return foreignOrigin(received, kind, atMs)
}

/**
 * Starts a child that messages are exchanged with so that it is traced from its first line; if that would change the
 * child, as it was asked for.
 *
 * @param onTraced is told of a traced child, and of our end of the channel to it.
 */
export function startProcess(
  child: ChildProcess,
  spawn: (options: object) => unknown,
  options: SpawnOptions,
  onTraced: (child: ChildProcess, channel: ProcessChannel) => void,
): unknown {
  if (!mayTrace(options)) return spawn(options)
  const { stdio } = options
  const created = createPathFile()
  const channel = new ProcessChannel(created?.file ?? null)
  const changed = withPreload(options, created && { fd: stdio.length, identity: created.file.identity })
  if (changed === null) {
    channel.onEnd()
    return spawn(options)
  }
  let isStarted = false
  try {
    const result = spawn(created === null ? changed : { ...changed, stdio: joined(stdio, [created.fd]) })
    isStarted = result === 0
    return result
  } finally {
    if (created !== null && isArray(child.stdio)) child.stdio.length--
    if (isArray(child.spawnargs)) setProperty(child, 'spawnargs', options.args)
    if (isStarted) onTraced(child, channel)
    else channel.onEnd()
  }
}

interface TraceableOptions extends SpawnOptions {
  readonly args: readonly string[]
  readonly envPairs: readonly string[]
  readonly stdio: readonly unknown[]
}

/** What a child may read is not for us to widen. It would print a warning for each path under the second flag. */
const UNTRACEABLE = /(?:^|[\s=])--(?:(?:experimental[-_])?permission|trace[-_]sync[-_]io)\b/

function mayTrace(options: SpawnOptions): options is TraceableOptions {
  try {
    const { file, args, envPairs, stdio } = options
    if (file !== process.execPath || !isArray(stdio) || !includes(stdio, 'ipc') || !mayPreload()) return false
    if (!areStrings(args) || !areStrings(envPairs)) return false
    if (includes(envPairs, 'ASYNC_TRACE=off')) return false
    const flags = joined(args, process.execArgv, filter(envPairs, isNodeOptions))
    return !some(flags, (flag) => test(UNTRACEABLE, flag))
  } catch (error) {
    countFault(error)
    return false
  }
}

function withPreload(options: TraceableOptions, file: ProcessStart['file']): object | null {
  try {
    const command = options.args[0] ?? ''
    const args = slice(options.args, 1)
    const leftOut = registerAmongArguments(args, process.execArgv)
    const pair = find(options.envPairs, isNodeOptions)
    const nodeOptions = pair === undefined ? null : sliceText(pair, NODE_OPTIONS.length)
    const withoutUs = nodeOptions && nodeOptionsWithoutRegister(nodeOptions)
    const isRegistered = leftOut.length > 0 || withoutUs !== null
    const start = { file, nodeOptions, leftOut, isRegistered }
    const envPairs = filter(options.envPairs, (each) => !isNodeOptions(each))
    // What NODE_OPTIONS loads runs before what flags load.
    envPairs[envPairs.length] = trimEnd(`${NODE_OPTIONS}--require ${quoted(PRELOAD)} ${withoutUs ?? nodeOptions ?? ''}`)
    envPairs[envPairs.length] = `${PROCESS_START}=${startText(start)}`
    const left = filter(args, (_, i) => !some(leftOut, ({ at }) => at === i))
    return { ...options, args: joined([command], left), envPairs }
  } catch (error) {
    countFault(error)
    return null
  }
}

const NODE_OPTIONS = 'NODE_OPTIONS='

function isNodeOptions(pair: string): boolean {
  return startsWith(pair, NODE_OPTIONS)
}

function startText(given: Pick<ProcessStart, 'file' | 'nodeOptions' | 'leftOut' | 'isRegistered'>): string {
  const path = exportPath(memory(), presentPath(startProcess))
  const createdAtMs = epochMs()
  const start: ProcessStart = { ...given, sample: samplingRate(), createdAtMs, path }
  const text = stringify(start)
  return Buffer.byteLength(text) <= LONGEST_START ? text : stringify({ ...start, path: null })
}

function areStrings(list: unknown): list is string[] {
  return isArray(list) && every(list as unknown[], (item) => typeof item === 'string')
}

/** In a child, before the program's first line. @returns null if it was not made by a traced process. */
export function takeProcessStart(): ProcessStart | null {
  const text = process.env[PROCESS_START]
  if (text === undefined) return null
  delete process.env[PROCESS_START]
  const start = parseJson(text) as ProcessStart
  if (start.nodeOptions === null) delete process.env['NODE_OPTIONS']
  else process.env['NODE_OPTIONS'] = start.nodeOptions
  for (const { at, flag } of start.leftOut) process.execArgv.splice(at, 0, flag)
  startPreloaded()
  return start
}

/** What listens to the channel to the process that made this one. */
export function channelToParent({ file }: ProcessStart): ProcessChannel {
  return new ProcessChannel(file && inheritedPathFile(file.fd, file.identity))
}

/** Once tracing is on. */
export function joinParent(start: ProcessStart): void {
  ROOT.parent = originOf(start.path ?? undefined, 'worker', start.createdAtMs)
}
