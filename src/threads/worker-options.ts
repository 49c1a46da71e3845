import { SHARE_ENV } from 'node:worker_threads'
import { every, joined, some } from '../engine/lists.js'
import { isProxy } from '../engine/node-primordials.js'
import { ownReadable, readable } from '../engine/option-objects.js'
import { isArray, test } from '../engine/primordials.js'
import { nodeOptionsFlags, OPTION_VARIABLES, readFlags, threadFlags } from '../engine/worker-flags.js'
import { PRELOAD } from './preload-flag.js'
import { nodeOptionsWithoutRegister, withoutRegister } from './register-flag.js'

/** How a worker is made to load the tracer. All options take effect that would without it. */
export interface WorkerOptions {
  /** What replaces the program's options. Empty if the worker gets a copy of options that load the tracer. */
  readonly replaced: Readonly<Record<string, unknown>>
  /** What `process.execArgv` is to show; null for what it shows, without our flags. */
  readonly execArgv: readonly string[] | null
  /** How many flags stand between ours and the program's. */
  readonly movedFlags: number
  /** Variables that the program is to see; undefined for one that is not set. */
  readonly env: Variables | null
}

type Variables = Readonly<Record<string, string | undefined>>

/** The permission model may keep a worker from reading the tracer's file. */
const PERMISSION = /(?:^|[\s"])--(?:experimental[-_])?permission\b/
/** Options from a file are neither among the flags nor among the variables. */
const CONFIG_FILE = /(?:^|[\s"])--experimental[-_](?:default[-_])?config[-_]file\b/
const PRELOADS = /(?:^|[\s"])(?:-r|--require)\b/

/** This thread's flags, and the variables that Node read options from when the thread started. */
let threadExecArgv: readonly string[] = [...process.execArgv]
const startVariables = optionVariables()
/** Whether this thread's options load the tracer. */
let isPreloaded = false
let copiedFlags: readonly string[] | null | undefined

/** In a thread that was made to load the tracer. */
export function startPreloaded(): void {
  isPreloaded = true
  threadExecArgv = [...process.execArgv]
}

/** @returns null if the worker would differ from the one that the program asked for. */
export function workerOptions(options: object | undefined): WorkerOptions | null {
  const env = readable(options, 'env')
  const execArgv = readable(options, 'execArgv')
  if (env === null || execArgv === null) return null
  if (typeof env.value === 'object' && env.value !== null) return withEnvironment(env.value, execArgv.value)
  // Node.js refuses anything else, and is to say so.
  if (env.value !== undefined && env.value !== null && env.value !== SHARE_ENV) return null
  if (execArgv.value) return withFlags(execArgv.value, env.value === SHARE_ENV)
  return withCopiedOptions(env.value === SHARE_ENV)
}

function withEnvironment(env: object, given: unknown): WorkerOptions | null {
  const state = ownReadable(env, 'ASYNC_TRACE')
  const nodeOptions = ownReadable(env, 'NODE_OPTIONS')
  if (state === null || state.value === 'off' || nodeOptions === null) return null
  const { value: text = '' } = nodeOptions
  if (typeof text !== 'string') return null
  const isInherited = text === (process.env['NODE_OPTIONS'] ?? '')
  if (!isInherited && (test(PERMISSION, text) || test(PRELOADS, text))) return null
  const flags = given ? givenFlags(given) : readFlags(threadExecArgv)
  if (flags === null) return null
  return isInherited && isBeforeFlags(text) ? withMovedFlags(text, { ...env }, flags) : withPreload(flags)
}

function withFlags(given: unknown, isShared: boolean): WorkerOptions | null {
  const flags = givenFlags(given)
  if (flags === null) return null
  const text = process.env['NODE_OPTIONS'] ?? ''
  if (isShared) return test(PRELOADS, text) ? null : withPreload(flags)
  return isBeforeFlags(text) ? withMovedFlags(text, { ...process.env }, flags) : withPreload(flags)
}

function withCopiedOptions(isShared: boolean): WorkerOptions | null {
  if (isPreloaded) return { replaced: {}, execArgv: threadExecArgv, movedFlags: 0, env: null }
  const text = startVariables['NODE_OPTIONS'] ?? ''
  if (test(CONFIG_FILE, text) || some(threadExecArgv, (flag) => test(CONFIG_FILE, flag))) return null
  copiedFlags ??= threadFlags(threadExecArgv)
  if (copiedFlags === null) return null
  const flags = { accepted: copiedFlags, consumed: threadExecArgv }
  // The program may have changed the variables since: that has no effect on a copy.
  const present = optionVariables()
  const isChanged = some(OPTION_VARIABLES, (name) => present[name] !== startVariables[name])
  if (isShared) return isChanged || test(PRELOADS, text) ? null : withPreload(flags)
  if (!isChanged && !isBeforeFlags(text)) return withPreload(flags)
  return withMovedFlags(text, { ...process.env, ...startVariables }, flags, present)
}

interface Flags {
  readonly accepted: readonly unknown[]
  /** What `process.execArgv` is to show; null for the flags that are accepted. */
  readonly consumed: readonly string[] | null
}

function withPreload({ accepted, consumed }: Flags): WorkerOptions {
  const execArgv = joined<unknown>(['--require', PRELOAD], withoutRegister(accepted))
  return { replaced: { execArgv }, execArgv: consumed, movedFlags: 0, env: null }
}

/** Whether NODE_OPTIONS loads something, or us: what it loads runs before what flags load, and would see ours. */
function isBeforeFlags(nodeOptions: string): boolean {
  return test(PRELOADS, nodeOptions) || nodeOptionsWithoutRegister(nodeOptions) !== null
}

/** Node gets NODE_OPTIONS as flags, and the worker gets the variable back when the tracer is loaded. */
function withMovedFlags(
  nodeOptions: string,
  env: Record<string, unknown>,
  flags: Flags,
  variables: Variables = { NODE_OPTIONS: nodeOptions },
): WorkerOptions | null {
  const words = nodeOptionsFlags(nodeOptions)
  const found = words && threadFlags(words)
  if (found === null) return null
  const moved = withoutRegister(found)
  for (let i = 0; i < OPTION_VARIABLES.length; i++) {
    const name = OPTION_VARIABLES[i] as string
    if (name === 'NODE_OPTIONS' || env[name] === undefined) delete env[name]
  }
  const { replaced, execArgv } = withPreload({ ...flags, accepted: joined<unknown>(moved, flags.accepted) })
  return { replaced: { ...replaced, env }, execArgv, movedFlags: moved.length, env: variables }
}

function givenFlags(given: unknown): Flags | null {
  if (isProxy(given) || !isArray(given)) return null
  const accepted: unknown[] = []
  for (let i = 0; i < given.length; i++) accepted[i] = given[i] as unknown
  if (some(accepted, (flag) => typeof flag === 'string' && test(PERMISSION, flag))) return null
  if (withoutRegister(accepted).length === accepted.length) return { accepted, consumed: null }
  if (!areTexts(accepted)) return null
  const read = readFlags(accepted)
  // What Node refuses, it is to refuse.
  return read?.accepted.length === read?.consumed.length ? read : null
}

function areTexts(list: readonly unknown[]): list is readonly string[] {
  return every(list, (item) => typeof item === 'string')
}

function optionVariables(): Variables {
  const variables: Record<string, string | undefined> = {}
  for (let i = 0; i < OPTION_VARIABLES.length; i++) {
    const name = OPTION_VARIABLES[i] as string
    variables[name] = process.env[name]
  }
  return variables
}
