import type * as Crypto from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { builtinModule } from './builtin-modules.js'
import { fileOfScript } from './call-sites.js'

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
  readonly url: string
  /** The SHA-256 of the text in UTF-8, as `CallSite.getScriptHash()` (Node 20 to 26). */
  readonly hash: string
  readonly sourceMapURL?: string
  readonly startLine: number
  readonly startColumn: number
}

const MAX_FILE_CHARACTERS = 32 * 1024 * 1024

/** The script, if its file holds the text that V8 runs: then the debugger need not be asked. */
export function runningFromFile(name: string, hash: string | null): RunningScript | null {
  if (hash === null || hash === '') return null
  const file = fileOfScript(name)
  const text = textOfFile(file)
  if (text === null || hashOf(text) !== hash) return null
  const sourceMapUrl = mapUrlAtEnd(text)
  if (sourceMapUrl === undefined) return null
  return { file, sourceMapUrl, lines: text.split('\n'), isFileText: true, startLine: 0, startColumn: 0 }
}

/** @param source its text, as the debugger gives it; null where it does not. */
export function runningFromDebugger(name: string, parsed: ParsedScript, source: string | null): RunningScript {
  const file = fileOfScript(name)
  const text = textOfFile(file)
  return {
    file,
    sourceMapUrl: parsed.sourceMapURL || null,
    lines: source?.split('\n') ?? null,
    isFileText: text === null ? null : hashOf(text) === parsed.hash,
    startLine: parsed.startLine,
    startColumn: parsed.startColumn,
  }
}

/** A script of which only the file can be read: whether V8 runs that text is not known. */
export function assumedFromFile(name: string, hash: string | null): RunningScript {
  const file = fileOfScript(name)
  const text = textOfFile(file)
  const isFileText = text === null ? null : hash === null || hashOf(text) === hash
  const lines = isFileText === true && text !== null ? text.split('\n') : null
  const sourceMapUrl = lines === null ? null : (mapUrlAtEnd(text ?? '') ?? null)
  return { file, sourceMapUrl, lines, isFileText, startLine: 0, startColumn: 0 }
}

/** The text of a file or a `data:` URL as Node gives it to V8: without a byte order mark. */
export function textOfFile(file: string): string | null {
  try {
    if (file.startsWith('data:')) return decodeDataUrl(file)
    if (!isAbsolute(file)) return null
    const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
    return text.length > MAX_FILE_CHARACTERS ? null : text
  } catch {
    return null
  }
}

export function decodeDataUrl(url: string): string {
  const comma = url.indexOf(',')
  const body = decodeURIComponent(url.slice(comma + 1))
  return url.slice(0, comma).endsWith(';base64') ? Buffer.from(body, 'base64').toString('utf8') : body
}

function hashOf(text: string): string {
  const { createHash } = builtinModule('node:crypto') as typeof Crypto
  return createHash('sha256').update(text).digest('hex')
}

const MAP_COMMENT = /^[ \t]*\/[/*][#@][ \t]*sourceMappingURL=([^\s'"*]+)/gm

/**
 * Where a text's map is, by its last line; null where there is none. Undefined where such a comment stands elsewhere: it
 * may be part of a string, and only V8 knows.
 */
function mapUrlAtEnd(text: string): string | null | undefined {
  if (!text.includes('sourceMappingURL=')) return null
  const end = text.trimEnd()
  const last = [...end.matchAll(MAP_COMMENT)].at(-1)
  if (last === undefined) return undefined
  const rest = end.slice(last.index + last[0].length)
  return /^[ \t]*(?:\*\/)?$/.test(rest) ? last[1] : undefined
}
