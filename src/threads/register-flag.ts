import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ownFile } from '../engine/own-files.js'
import { nodeOptionsFlags } from '../engine/worker-flags.js'

/**
 * `--import async-trace/register` among the flags of a thread that is made to load the tracer in another way. With any
 * `--import`, Node loads a CommonJS program later: a cluster's worker misses messages that arrive before. So the flag is
 * left out, and the thread shows it nevertheless.
 */
const REGISTER_FILE = ownFile('register.js')
const REGISTER_URL = REGISTER_FILE === null ? null : pathToFileURL(REGISTER_FILE).href

export interface LeftOut {
  readonly at: number
  readonly flag: string
}

export function withoutRegister<T>(flags: readonly T[]): T[] {
  return flags.filter((_, i) => !isRegisterAt(flags, i))
}

/** The flags that a list of arguments begins with, by their places in it. */
export function registerAmongArguments(args: readonly string[], execArgv: readonly string[]): LeftOut[] {
  const isOwn = execArgv.every((flag, i) => args[i] === flag)
  const end = isOwn ? execArgv.length : endOfFlags(args)
  const flags = args.slice(0, end)
  return flags.flatMap((flag, at) => (isRegisterAt(flags, at) ? [{ at, flag }] : []))
}

/** @returns null if the text does not name us, or if Node refuses it. */
export function nodeOptionsWithoutRegister(text: string): string | null {
  const words = nodeOptionsFlags(text)
  const left = words && withoutRegister(words)
  return left === null || left.length === words?.length ? null : left.map(quoted).join(' ')
}

/** As a word of NODE_OPTIONS. */
export function quoted(word: string): string {
  return `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

function isRegisterAt(flags: readonly unknown[], i: number): boolean {
  const flag = flags[i]
  if (flag === '--import') return isOurs(flags[i + 1])
  if (flags[i - 1] === '--import') return isOurs(flag)
  return typeof flag === 'string' && flag.startsWith('--import=') && isOurs(flag.slice('--import='.length))
}

function isOurs(specifier: unknown): boolean {
  if (typeof specifier !== 'string') return false
  if (specifier === 'async-trace/register' || specifier === REGISTER_URL) return true
  return /^\.{0,2}[\\/]/.test(specifier) && resolve(specifier) === REGISTER_FILE
}

const WITH_VALUE = new Set(['--import', '--require', '-r', '--conditions', '-C', '--loader', '--experimental-loader'])

function endOfFlags(args: readonly string[]): number {
  let i = 0
  while (args[i]?.startsWith('-') === true && args[i] !== '--') i += WITH_VALUE.has(args[i] as string) ? 2 : 1
  return i
}
