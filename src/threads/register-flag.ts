import { pathToFileURL } from 'node:url'
import { every, filter, includes, joinedText, map, slice } from '../engine/lists.js'
import { resolvePath } from '../engine/node-primordials.js'
import { ownFile } from '../engine/own-files.js'
import { sliceText, startsWith, test } from '../engine/primordials.js'
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
  return filter(flags, (_, i) => !isRegisterAt(flags, i))
}

/** The flags that a list of arguments begins with, by their places in it. */
export function registerAmongArguments(args: readonly string[], execArgv: readonly string[]): LeftOut[] {
  const isOwn = every(execArgv, (flag, i) => args[i] === flag)
  const end = isOwn ? execArgv.length : endOfFlags(args)
  const flags = slice(args, 0, end)
  const found: LeftOut[] = []
  for (let at = 0; at < flags.length; at++) {
    if (isRegisterAt(flags, at)) found[found.length] = { at, flag: flags[at] as string }
  }
  return found
}

/** @returns null if the text does not name us, or if Node refuses it. */
export function nodeOptionsWithoutRegister(text: string): string | null {
  const words = nodeOptionsFlags(text)
  const left = words && withoutRegister(words)
  return left === null || left.length === words?.length ? null : joinedText(map(left, quoted), ' ')
}

/** As a word of NODE_OPTIONS. */
export function quoted(word: string): string {
  let text = ''
  for (let i = 0; i < word.length; i++) text += word[i] === '\\' || word[i] === '"' ? `\\${word[i]}` : word[i]
  return `"${text}"`
}

function isRegisterAt(flags: readonly unknown[], i: number): boolean {
  const flag = flags[i]
  if (flag === '--import') return isOurs(flags[i + 1])
  if (flags[i - 1] === '--import') return isOurs(flag)
  return typeof flag === 'string' && startsWith(flag, IMPORT) && isOurs(sliceText(flag, IMPORT.length))
}

function isOurs(specifier: unknown): boolean {
  if (typeof specifier !== 'string') return false
  if (specifier === 'async-trace/register' || specifier === REGISTER_URL) return true
  return test(PATH, specifier) && resolvePath(specifier) === REGISTER_FILE
}

const IMPORT = '--import='
const PATH = /^\.{0,2}[\\/]/
const WITH_VALUE = ['--import', '--require', '-r', '--conditions', '-C', '--loader', '--experimental-loader']

function endOfFlags(args: readonly string[]): number {
  let i = 0
  while (args[i]?.[0] === '-' && args[i] !== '--') i += includes(WITH_VALUE, args[i] as string) ? 2 : 1
  return i
}
