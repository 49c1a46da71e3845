import type * as Crypto from 'node:crypto'
import { builtinModule } from './builtin-modules.js'
import { isAbsolute, readFileSync } from './node-primordials.js'
import {
  endsWith,
  exec,
  includesText,
  indexOfText,
  sliceText,
  splitAt,
  startsWith,
  test,
  trimEnd,
} from './primordials.js'
import { fileOfScript } from './script-file.js'

/** A script with the text that V8 runs: a loader may have made it from what the file holds. */
export interface RunningScript {
  /** The path or URL that a person knows it by. */
  readonly file: string
  /** V8's: from the text's `sourceMappingURL` comment. Null where there is none, or where the text is not known. */
  readonly sourceMapUrl: string | null
  /** Null where the text cannot be had. */
  readonly lines: readonly string[] | null
  /** Whether the file holds the very text that runs; null where there is no file. */
  readonly isFileText: boolean | null
  /** V8's position of the first character, 0-based: `vm.Script` can shift it. */
  readonly startLine: number
  readonly startColumn: number
}

/** What V8's debugger announces of a script. Source: chromedevtools.github.io/devtools-protocol */
export interface ParsedScript {
  readonly scriptId: string
  /** V8's number of the context that it was compiled in: only the inspector tells it. */
  readonly executionContextId?: number
  readonly url: string
  /** The SHA-256 of the text in UTF-8, as `CallSite.getScriptHash()` (Node 20 to 26). */
  readonly hash: string
  readonly sourceMapURL?: string
  readonly startLine: number
  readonly startColumn: number
}

const decodeUri = decodeURIComponent
const MAX_FILE_CHARACTERS = 32 * 1024 * 1024

/** The script, if its file holds the text that V8 runs: then the debugger need not be asked. */
export function runningFromFile(name: string, hash: string | null): RunningScript | null {
  if (hash === null || hash === '') return null
  const file = fileOfScript(name)
  const text = textOfFile(file)
  if (text === null || hashOf(text) !== hash) return null
  const sourceMapUrl = mapUrlAtEnd(text)
  if (sourceMapUrl === undefined) return null
  return { file, sourceMapUrl, lines: splitAt(text, '\n'), isFileText: true, startLine: 0, startColumn: 0 }
}

/** @param source its text, as the debugger gives it; null where it does not. */
export function runningFromDebugger(name: string, parsed: ParsedScript, source: string | null): RunningScript {
  const file = fileOfScript(name)
  const text = textOfFile(file)
  return {
    file,
    sourceMapUrl: parsed.sourceMapURL || null,
    lines: source === null ? null : splitAt(source, '\n'),
    isFileText: text === null ? null : source === null ? hashOf(text) === parsed.hash : text === source,
    startLine: parsed.startLine,
    startColumn: parsed.startColumn,
  }
}

/** A script of which only the file can be read: whether V8 runs that text is not known. */
export function assumedFromFile(name: string, hash: string | null): RunningScript {
  const file = fileOfScript(name)
  const text = textOfFile(file)
  const isFileText = text === null ? null : hash === null || hashOf(text) === hash
  const lines = isFileText === true && text !== null ? splitAt(text, '\n') : null
  const sourceMapUrl = lines === null ? null : (mapUrlAtEnd(text ?? '') ?? null)
  return { file, sourceMapUrl, lines, isFileText, startLine: 0, startColumn: 0 }
}

/** The text of a file or a `data:` URL as Node gives it to V8: without a byte order mark. */
export function textOfFile(file: string): string | null {
  try {
    if (startsWith(file, 'data:')) return decodeDataUrl(file)
    if (!isAbsolute(file)) return null
    const read = readFileSync(file, 'utf8')
    const text = read[0] === '\uFEFF' ? sliceText(read, 1) : read
    return text.length > MAX_FILE_CHARACTERS ? null : text
  } catch {
    return null
  }
}

export function decodeDataUrl(url: string): string {
  const comma = indexOfText(url, ',')
  const body = decodeUri(sliceText(url, comma + 1))
  return endsWith(sliceText(url, 0, comma), ';base64') ? Buffer.from(body, 'base64').toString('utf8') : body
}

/** @returns null where the question came amid the loading of `node:crypto`: it may be the first to need it. */
function hashOf(text: string): string | null {
  const { createHash } = builtinModule('node:crypto') as Partial<typeof Crypto>
  return createHash === undefined ? null : createHash('sha256').update(text).digest('hex')
}

const MAP_COMMENT = /^[ \t]*\/[/*][#@][ \t]*sourceMappingURL=([^\s'"*]+)/gm

const END_OF_COMMENT = /^[ \t]*(?:\*\/)?$/

/**
 * Where a text's map is, by its last line; null where there is none. Undefined where such a comment stands elsewhere: it
 * may be part of a string, and only V8 knows.
 */
function mapUrlAtEnd(text: string): string | null | undefined {
  if (!includesText(text, 'sourceMappingURL=')) return null
  const end = trimEnd(text)
  let last: RegExpExecArray | null = null
  MAP_COMMENT.lastIndex = 0
  for (let next = exec(MAP_COMMENT, end); next !== null; next = exec(MAP_COMMENT, end)) last = next
  if (last === null) return undefined
  const rest = sliceText(end, last.index + (last[0] as string).length)
  return test(END_OF_COMMENT, rest) ? last[1] : undefined
}
