import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { nearestName } from '../model/nearest-name.js'

/** A wrong command line: says what is wrong and what it takes. */
export class UsageError extends Error {}

export interface Arguments {
  /** A PID, the path of a heap snapshot or core file, or the address of an inspector. */
  readonly target: AskedTarget
  /** More PIDs, where a command takes several. */
  readonly others: readonly number[]
  readonly json: boolean
  /** Each task by itself, also where others are alike. */
  readonly all: boolean
  /** The conclusions alone. */
  readonly explain: boolean
  /** The most lines of the answer; null for all. */
  readonly limit: number | null
  readonly threads: boolean
  readonly force: boolean
  readonly inject: boolean
  readonly heap: boolean
  /** How a process is asked; null for as it can be. */
  readonly via: AskingRoute | null
  /** For how long a busy process may be stopped so that its memory can be read. */
  readonly mostPauseMs: number
  /** Say how the process was asked, and why. */
  readonly verbose: boolean
  /** Of a core file: the executable that wrote it; null for the one that the file names. */
  readonly executable: string | null
  readonly color: boolean
  readonly timeoutMs: number
  readonly filter: string | null
  readonly format: string | null
  readonly output: string | null
  readonly intervalMs: number | null
}

export type AskedTarget = number | string | { readonly inspector: string }

export type AskingRoute = 'inspector' | 'memory'

const OPTIONS = {
  json: { type: 'boolean' },
  all: { type: 'boolean' },
  explain: { type: 'boolean' },
  limit: { type: 'string' },
  threads: { type: 'boolean' },
  force: { type: 'boolean' },
  inject: { type: 'boolean' },
  heap: { type: 'boolean' },
  via: { type: 'string' },
  pause: { type: 'string' },
  'no-pause': { type: 'boolean' },
  verbose: { type: 'boolean' },
  exe: { type: 'string' },
  inspect: { type: 'string' },
  color: { type: 'boolean' },
  'no-color': { type: 'boolean' },
  timeout: { type: 'string' },
  filter: { type: 'string' },
  format: { type: 'string', short: 'f' },
  output: { type: 'string', short: 'o' },
  interval: { type: 'string' },
} as const

type OptionName = keyof typeof OPTIONS

const DEFAULT_TIMEOUT_S = 30
const DEFAULT_PAUSE_MS = 1_000

/** Options that a file has no use for; a core file has worker threads too. */
const ASKING_A_PROCESS = ['force', 'inject', 'heap', 'timeout', 'via', 'pause', 'no-pause'] as const
/** Options of the memory's route, or of a core file. */
const NEEDING_A_PID = ['via', 'pause', 'no-pause', 'exe'] as const
/** Options of the inspector's route. */
const NEEDING_INSPECTOR = ['inject', 'heap', 'force'] as const

/**
 * Reads `PID` or the file, and the options of a subcommand.
 *
 * @param more the options that this subcommand takes beyond the common ones.
 * @param takes whether it answers for several PIDs, and for files.
 * @throws {UsageError}
 */
export function readArguments(
  args: readonly string[],
  more: readonly OptionName[] = [],
  takes: { readonly several?: boolean; readonly files?: boolean } = {},
): Arguments {
  const { values, positionals } = parse(args)
  for (const name of ['format', 'output', 'interval', 'explain', 'limit'] as const) {
    if (values[name] !== undefined && !more.includes(name))
      throw new UsageError(`--${name} is not an option of this command`)
  }
  const [text, ...rest] = positionals
  const others = takes.several === true && rest.length > 0 ? othersOf(positionals) : []
  const target =
    values.inspect === undefined
      ? targetOf(text, others.length > 0 ? [] : rest, takes.files !== false)
      : addressOf(values, positionals)
  const needless = ASKING_A_PROCESS.find((name) => values[name] !== undefined)
  if (typeof target === 'string' && needless !== undefined) {
    throw new UsageError(`--${needless} needs a running process: ${text} is a file`)
  }
  if (typeof target === 'number' && values.exe !== undefined) {
    throw new UsageError('--exe is for core files: a running process names its executable itself')
  }
  const via = routeOf(values.via)
  const needsInspector = NEEDING_INSPECTOR.find((name) => values[name] === true)
  if (via === 'memory' && needsInspector !== undefined) {
    throw new UsageError(`--${needsInspector} requires --via inspector`)
  }
  return {
    target,
    others,
    json: values.json === true,
    all: values.all === true,
    explain: values.explain === true,
    limit: limitOf(values.limit),
    threads: values.threads === true,
    force: values.force === true,
    inject: values.inject === true,
    heap: values.heap === true,
    via,
    mostPauseMs: pauseOf(values.pause, values['no-pause'] === true),
    verbose: values.verbose === true,
    executable: values.exe ?? null,
    color: wantsColor(values.color === true, values['no-color'] === true),
    timeoutMs: secondsOf(values.timeout, 'timeout') ?? DEFAULT_TIMEOUT_S * 1_000,
    filter: values.filter ?? null,
    format: values.format ?? null,
    output: values.output ?? null,
    intervalMs: secondsOf(values.interval, 'interval'),
  }
}

function pauseOf(text: string | undefined, isForbidden: boolean): number {
  if (isForbidden && text !== undefined) throw new UsageError('--pause and --no-pause cannot be combined')
  return isForbidden ? 0 : (secondsOf(text, 'pause') ?? DEFAULT_PAUSE_MS)
}

function limitOf(text: string | undefined): number | null {
  if (text === undefined) return null
  const lines = Number(text)
  if (!Number.isSafeInteger(lines) || lines < 1) throw new UsageError(`--limit must be a number of lines, not ${text}`)
  return lines
}

function routeOf(text: string | undefined): AskingRoute | null {
  if (text === undefined) return null
  if (text === 'memory' || text === 'inspector') return text
  throw new UsageError(`--via must be memory or inspector, not ${text}`)
}

/** An address says all: how to get there, and that it is asked over its inspector. */
function addressOf({ inspect = '', ...values }: ReturnType<typeof parse>['values'], others: readonly string[]) {
  if (others.length > 0) throw new UsageError(`--inspect ${inspect} names the process: leave out ${others.join(' ')}`)
  const needless = NEEDING_A_PID.find((name) => values[name] !== undefined)
  if (needless !== undefined) throw new UsageError(`--${needless} needs a PID, not an inspector's address`)
  return { inspector: inspect }
}

/** Several are PIDs: each file is a question of its own. */
function othersOf(positionals: readonly string[]): number[] {
  const wrong = positionals.find((text) => !PID.test(text))
  if (wrong !== undefined) throw new UsageError(`several PIDs, or one file: ${wrong} is not a PID`)
  return [...new Set(positionals.slice(1).map(Number))].filter((pid) => pid !== Number(positionals[0]))
}

const PID = /^[1-9]\d{0,9}$/

/** Digits are a PID; a file of that name is `./4711`. */
function targetOf(text: string | undefined, rest: readonly string[], takesFiles: boolean): number | string {
  if (text === undefined) {
    const files = takesFiles ? ', or a heap snapshot or core file' : ''
    throw new UsageError(`which process? Give its PID (async-trace alone lists the Node.js processes)${files}`)
  }
  if (rest.length > 0) throw new UsageError(`give one PID or file only; remove ${rest.join(' ')}`)
  if (PID.test(text)) return Number(text)
  if (/[./]/.test(text) || existsSync(text)) return text
  throw new UsageError(`PID must be a whole number, not ${text}, and there is no file with that name`)
}

/** Whether a subcommand is asked about all processes: `--all`, and none is named. */
export function asksForAll(args: readonly string[]): boolean {
  const { values, positionals } = parse(args)
  return values.all === true && values.inspect === undefined && positionals.length === 0
}

/** A command line with the options that stand before the command behind it: `--json ps 4711` as `ps --json 4711`. */
export function commandFirst(args: readonly string[]): readonly string[] {
  const { tokens } = parseArgs({
    args: [...args],
    options: OPTIONS,
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const at = tokens.find(({ kind }) => kind === 'positional')?.index ?? 0
  return at === 0 ? args : [...args.slice(at, at + 1), ...args.slice(0, at), ...args.slice(at + 1)]
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true })
  } catch (error) {
    const { message } = error as Error
    const [, unknown] = /^Unknown option '(-[^']*)'/.exec(message) ?? []
    throw new UsageError(unknown === undefined ? message.split('. ')[0] : unknownOption(unknown))
  }
}

/** All options, as they are given. */
export function optionNames(): string[] {
  return [...Object.keys(OPTIONS), 'help', 'version'].map((name) => `--${name}`)
}

/** Whether there is an option of that name, for one command or another. @param text as it was given: `--name`. */
export function isOption(text: string): boolean {
  return Object.hasOwn(OPTIONS, text.replace(/^--|=.*$/g, ''))
}

export function unknownOption(option: string): string {
  const nearest = nearestName(option, optionNames())
  return `unknown option ${option}${didYouMean(option.startsWith('--') ? nearest : null)}`
}

export function didYouMean(name: string | null): string {
  return name === null ? '' : `; did you mean ${name}?`
}

/** @see https://no-color.org and https://force-color.org: the option wins, then NO_COLOR, then FORCE_COLOR. */
function wantsColor(yes: boolean, no: boolean): boolean {
  if (no) return false
  if (yes) return true
  const forced = process.env['FORCE_COLOR'] ?? ''
  if ((process.env['NO_COLOR'] ?? '') === '' && forced !== '') return forced !== '0' && forced !== 'false'
  return process.stdout.isTTY === true && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb'
}

function secondsOf(text: string | undefined, option: string): number | null {
  if (text === undefined) return null
  const seconds = Number(text)
  if (!Number.isFinite(seconds) || seconds <= 0) {
    throw new UsageError(`--${option} must be a number of seconds above 0, not ${text}`)
  }
  return seconds * 1_000
}
