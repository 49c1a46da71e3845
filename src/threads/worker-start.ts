import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { types } from 'node:util'
import { type MessagePort, setEnvironmentData } from 'node:worker_threads'
import { publicPort } from '../engine/message-delivery.js'
import { countFault } from '../record/faults.js'
import { samplingRate } from '../record/sampling.js'
import { addEnd, forgetEnd } from './channel-ends.js'
import { encodePath } from './coded-path.js'
import { codeForWorker, type WantedCode } from './compiled-code.js'
import { memory } from './memory.js'
import { presentPath } from './outgoing-path.js'
import { portStates, transferredPorts } from './travelling-ports.js'

/** What a worker is given before its first line. It is gone by the time the program looks. */
export interface ThreadStart {
  readonly buffer: SharedArrayBuffer
  /** The tracer's own code as V8 has compiled it in an earlier worker. */
  readonly code: Uint8Array | null
  /** Where it is to be put, by the first worker that is asked. */
  readonly codeWanted: WantedCode | null
  /** The end of the channel behind the worker's `parentPort`. */
  readonly end: number
  /** The ports in `workerData`, as in a message. */
  readonly ports: readonly number[]
  /** Where the worker was made. */
  readonly path: readonly number[]
  readonly createdAtMs: number
  readonly name: string | null
  /** The share of root tasks that is followed. */
  readonly sample: number
  /** What `process.execArgv` is to show, and what workers of this worker inherit. */
  readonly execArgv: readonly string[]
  readonly inherited: readonly string[]
}

export const THREAD_START = 'async-trace.thread'

export const PRELOAD = fileURLToPath(new URL('../threads/preload.cjs', import.meta.url))
const INVALID = /^Initiated Worker with invalid execArgv flags: (.*)$/s

/** Flags of V8's and of the process that workers refuse; others are found by trying. */
const OF_PROCESS = /^--(?:expose|max|min|semi|stack|title|trace[-_](?:gc|opt|deopt)|harmony|jitless|heapsnapshot)\b/

/** As Node shows it, and what of it Node gives to workers whose options name no flags. */
let shownExecArgv: readonly string[] = [...process.execArgv]
let inheritedExecArgv: readonly string[] = shownExecArgv.filter((flag) => !OF_PROCESS.test(flag))
let canPreload: boolean | null = null

export function inheritExecArgv(shown: readonly string[], inherited: readonly string[]): void {
  shownExecArgv = shown
  inheritedExecArgv = inherited
}

/** Makes a worker that is traced from its first line on; where that cannot be, a worker as it was asked for. */
export function startWorker(construct: (args: readonly unknown[]) => object, args: readonly unknown[]): object {
  const start = prepare(args)
  if (start === null) return construct(args)
  const worker = constructTraced(construct, start)
  try {
    const port = publicPort(worker)
    if (port !== null) addEnd(port, start.data.end ^ 1)
    for (const moved of start.ports) forgetEnd(moved)
  } catch (error) {
    countFault(error)
  }
  return worker
}

interface Start {
  readonly args: readonly unknown[]
  readonly options: object | undefined
  readonly flags: readonly string[]
  readonly isInherited: boolean
  readonly data: ThreadStart
  readonly ports: readonly MessagePort[]
}

function prepare(args: readonly unknown[]): Start | null {
  try {
    const options = args[1]
    if (options !== undefined && (typeof options !== 'object' || options === null)) return null
    if (!mayPreload()) return null
    const env = peek(options, 'env')
    const isOwnEnv = typeof env === 'object' && env !== null
    if (isOwnEnv && peek(env, 'ASYNC_TRACE') === 'off') return null
    const given: unknown = options === undefined ? undefined : Reflect.get(options, 'execArgv')
    if (given && !(Array.isArray(given) && given.every((flag) => typeof flag === 'string'))) return null
    const isInherited = !given
    const flags = given ? (given as string[]) : isOwnEnv ? [] : inheritedExecArgv
    const name = peek(options, 'name')
    const workerData = peek(options, 'workerData')
    const ports = transferredPorts(workerData, peek(options, 'transferList'))
    const data: ThreadStart = {
      buffer: memory().buffer,
      ...codeForWorker(),
      end: memory().nextChannel() * 2 + 1,
      ports: portStates(ports),
      path: encodePath(memory(), presentPath(startWorker)),
      createdAtMs: performance.timeOrigin + performance.now(),
      name: typeof name === 'string' && name !== '' ? name : null,
      sample: samplingRate(),
      execArgv: given ? [...(given as string[])] : shownExecArgv,
      inherited: inheritedExecArgv,
    }
    return { args, options, flags, isInherited, data, ports }
  } catch (error) {
    countFault(error)
    return null
  }
}

function constructTraced(construct: (args: readonly unknown[]) => object, start: Start): object {
  let { flags } = start
  for (;;) {
    setEnvironmentData(THREAD_START, start.data as never)
    try {
      return construct(withFlags(start, ['--require', PRELOAD, ...flags]))
    } catch (error) {
      // Flags that a worker inherits need not be valid for it; those that the program names must be.
      const invalid = INVALID.exec(error instanceof Error ? error.message : '')?.[1]?.split(', ') ?? []
      const fewer = flags.filter((flag) => !invalid.includes(flag))
      if (!start.isInherited || fewer.length === flags.length) throw error
      flags = fewer
      inheritedExecArgv = inheritedExecArgv.filter((flag) => !invalid.includes(flag))
    } finally {
      setEnvironmentData(THREAD_START, undefined as never)
    }
  }
}

function withFlags({ args, options }: Start, execArgv: readonly string[]): unknown[] {
  const property = { value: execArgv, enumerable: true, configurable: true, writable: true }
  return [args[0], Object.create(options ?? Object.prototype, { execArgv: property }), ...args.slice(2)]
}

export function mayPreload(): boolean {
  canPreload ??= existsSync(PRELOAD)
  const { permission } = process as { permission?: { has(scope: string, reference: string): boolean } }
  return canPreload && permission?.has('fs.read', PRELOAD) !== false
}

/** A property's value, unless code of the program's would have to run for it. */
function peek(options: unknown, property: string): unknown {
  let object: unknown = options
  while (typeof object === 'object' && object !== null && !types.isProxy(object)) {
    const descriptor = Object.getOwnPropertyDescriptor(object, property)
    if (descriptor !== undefined) return descriptor.value
    object = Object.getPrototypeOf(object)
  }
  return undefined
}
