import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { nearestName } from '../model/nearest-name.js'

/** A wrong command line: says what is wrong and what it takes. */
export class UsageError extends Error {}

export interface Arguments {
  /** A PID, or the path of a heap snapshot. */
  readonly target: number | string
  readonly json: boolean
  readonly threads: boolean
  readonly force: boolean
  readonly inject: boolean
  readonly heap: boolean
  readonly color: boolean
  readonly timeoutMs: number
  readonly filter: string | null
  readonly format: string | null
  readonly output: string | null
  readonly intervalMs: number | null
}

const OPTIONS = {
  json: { type: 'boolean' },
  threads: { type: 'boolean' },
  force: { type: 'boolean' },
  inject: { type: 'boolean' },
  heap: { type: 'boolean' },
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

/** Options that a heap snapshot file has no use for. */
const ASKING_A_PROCESS = ['threads', 'force', 'inject', 'heap', 'timeout'] as const

/**
 * Reads `PID` or the file, and the options of a subcommand.
 *
 * @param more the options that this subcommand takes beyond the common ones.
 * @throws {UsageError}
 */
export function readArguments(args: readonly string[], more: readonly OptionName[] = []): Arguments {
  const { values, positionals } = parse(args)
  for (const name of ['format', 'output', 'interval'] as const) {
    if (values[name] !== undefined && !more.includes(name))
      throw new UsageError(`--${name} is no option of this command`)
  }
  const [text, ...rest] = positionals
  if (text === undefined) throw new UsageError('which process? Give its PID, or a heap snapshot file')
  if (rest.length > 0) throw new UsageError(`one PID or file only, not also ${rest.join(' ')}`)
  const target = targetOf(text)
  const needless = ASKING_A_PROCESS.find((name) => values[name] !== undefined)
  if (typeof target === 'string' && needless !== undefined) {
    throw new UsageError(`--${needless} needs a running process: ${text} is a file`)
  }
  return {
    target,
    json: values.json === true,
    threads: values.threads === true,
    force: values.force === true,
    inject: values.inject === true,
    heap: values.heap === true,
    color: wantsColor(values.color === true, values['no-color'] === true),
    timeoutMs: secondsOf(values.timeout, 'timeout') ?? DEFAULT_TIMEOUT_S * 1_000,
    filter: values.filter ?? null,
    format: values.format ?? null,
    output: values.output ?? null,
    intervalMs: secondsOf(values.interval, 'interval'),
  }
}

/** Digits are a PID; a file of that name is `./4711`. */
function targetOf(text: string): number | string {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text)
  if (/[./]/.test(text) || existsSync(text)) return text
  throw new UsageError(`PID must be a whole number, not ${text}, and there is no file of that name`)
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

function unknownOption(option: string): string {
  const nearest = nearestName(
    option,
    [...Object.keys(OPTIONS), 'help', 'version'].map((name) => `--${name}`),
  )
  return `unknown option ${option}${didYouMean(option.startsWith('--') ? nearest : null)}`
}

export function didYouMean(name: string | null): string {
  return name === null ? '' : `; did you mean ${name}?`
}

/** @see https://no-color.org */
function wantsColor(yes: boolean, no: boolean): boolean {
  if (no) return false
  if (yes) return true
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
