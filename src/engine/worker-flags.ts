import * as threads from 'node:worker_threads'
import { append, filter, last, slice } from './lists.js'
import { ErrorOfRealm, OwnSet, sliceText, startsWith } from './primordials.js'

/** Taken at load: a named import would follow to what the tracer puts in its place, which asks here. */
const { Worker } = threads

/**
 * How Node reads flags for a worker. Source: `Worker::New` in Node's src/node_worker.cc, seen on Node 20 to 26:
 *
 * - with neither `env` nor `execArgv`, a worker gets a copy of its parent thread's parsed options;
 * - with `execArgv`, it gets NODE_OPTIONS of its environment and then exactly these flags, all of which must be known;
 * - with an `env` object only, it gets NODE_OPTIONS of that environment and then the parent thread's flags, of which
 *   those for V8 or for the process are skipped. Reading ends at the first word that is no flag.
 */
export interface ReadFlags {
  /** What takes effect in a worker. A worker accepts these as its `execArgv`. */
  readonly accepted: readonly string[]
  /** What was read, including skipped flags. A worker shows these as its `process.execArgv`. */
  readonly consumed: readonly string[]
  /** What follows the first word that is no flag, and that word. */
  readonly rest: readonly string[]
}

/** Variables of a worker's environment that Node reads options from (`HandleEnvOptions`, Node 20 to 26). */
export const OPTION_VARIABLES = [
  'NODE_OPTIONS',
  'NODE_PENDING_DEPRECATION',
  'NODE_PRESERVE_SYMLINKS',
  'NODE_PRESERVE_SYMLINKS_MAIN',
  'NODE_REDIRECT_WARNINGS',
  'NODE_USE_ENV_PROXY',
] as const

/** No worker accepts these: a probe that contains one never starts a thread, nor takes a thread's number. */
const FIRST = '--async-trace-first'
const LAST = '--async-trace-last'
const REFUSAL = 'Initiated Worker with invalid execArgv flags: '

/** @returns null if Node does not tell, for example because the program may not make workers. */
export function readFlags(flags: readonly string[]): ReadFlags | null {
  if (flags.length === 0) return { accepted: [], consumed: [], rest: [] }
  const whole = probe(flags)
  if (whole === null) return null
  const accepted = (read: readonly string[]): string[] => filter(read, (_, i) => !whole.skipped.has(i))
  if (whole.isRead) return { accepted: accepted(flags), consumed: flags, rest: [] }
  const end = endOfReading(flags, whole.lastSkipped + 1)
  if (end === null) return null
  const consumed = slice(flags, 0, end)
  return { accepted: accepted(consumed), consumed, rest: slice(flags, end) }
}

/**
 * The flags of a process that take effect in a worker with a copy of its options: all that concern a thread.
 *
 * @returns null if that cannot be told.
 */
export function threadFlags(flags: readonly string[]): readonly string[] | null {
  const found: string[] = []
  for (let left = flags; left.length > 0; ) {
    const read = readFlags(left)
    if (read === null) return null
    append(found, read.accepted)
    // A skipped flag leaves its value behind: `--title name`.
    const isValue = read.rest.length > 0 && last(read.accepted) !== last(read.consumed)
    if (read.rest.length > 0 && !isValue) return null
    left = slice(read.rest, 1)
  }
  return found
}

/** The words of NODE_OPTIONS, as Node splits them. @returns null if Node refuses the text. */
export function nodeOptionsFlags(text: string): readonly string[] | null {
  const words: string[] = []
  let isQuoted = false
  let isNew = true
  for (let i = 0; i < text.length; i++) {
    let char = text[i] as string
    if (char === '\\' && isQuoted) {
      if (++i === text.length) return null
      char = text[i] as string
    } else if (char === ' ' && !isQuoted) {
      isNew = true
      continue
    } else if (char === '"') {
      isQuoted = !isQuoted
      continue
    }
    if (isNew) words[words.length] = char
    else words[words.length - 1] += char
    isNew = false
  }
  return isQuoted ? null : words
}

interface Probe {
  /** Places of the flags that a worker does not know. */
  readonly skipped: OwnSet<number>
  /** -1 for none. */
  readonly lastSkipped: number
  /** Whether all flags were read. */
  readonly isRead: boolean
}

function probe(flags: readonly string[]): Probe | null {
  const asked: string[] = [FIRST]
  append(asked, flags)
  asked[asked.length] = LAST
  const refused = refusedBy(asked)
  if (refused === null || !startsWith(refused, FIRST)) return null
  const skipped = new OwnSet<number>()
  let lastSkipped = -1
  let left = sliceText(refused, FIRST.length)
  for (let i = 0; i < flags.length; i++) {
    const flag = flags[i] as string
    if (left !== `, ${flag}` && !startsWith(left, `, ${flag}, `)) continue
    skipped.add(i)
    lastSkipped = i
    left = sliceText(left, flag.length + 2)
  }
  // What else is refused was not among the flags: V8's flags that one of Node's implies.
  if (left !== '' && left !== `, ${LAST}`) return null
  return { skipped, lastSkipped, isRead: left !== '' }
}

function refusedBy(execArgv: string[]): string | null {
  try {
    new Worker('', { eval: true, env: {}, execArgv })
  } catch (error) {
    const message = error instanceof ErrorOfRealm ? error.message : ''
    if (startsWith(message, REFUSAL)) return sliceText(message, REFUSAL.length)
  }
  return null
}

/** The word at which reading ends: all before it is read when it is left out. */
function endOfReading(flags: readonly string[], from: number): number | null {
  for (let i = from; i < flags.length; i++) {
    if (flags[i]?.[0] !== '-' && (i === 0 || probe(slice(flags, 0, i))?.isRead === true)) return i
  }
  return null
}
