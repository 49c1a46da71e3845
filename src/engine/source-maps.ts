import { existsSync, readFileSync } from 'node:fs'
import { findSourceMap } from 'node:module'
import { dirname, isAbsolute, join, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import {
  decodedMappings,
  originalPositionFor,
  sourceContentFor,
  TraceMap,
  traceSegment,
} from '@jridgewell/trace-mapping'
import { decodeDataUrl, type RunningScript, textOfFile } from './running-script.js'
import { fileOfScript } from './script-file.js'

type SourceMapSegment = ReturnType<typeof decodedMappings>[number][number]

/** A place in the author's source, or in the text that runs where that is all that is known. */
export interface SourcePlace {
  /** Ends with ` (compiled)` where the line is one of a text that a loader made, and no map leads to the author's. */
  readonly file: string
  /** 1-based. */
  readonly line: number
  /** 1-based. */
  readonly column: number
}

const maps = new WeakMap<RunningScript, TraceMap | null>()
const filesLines = new WeakMap<RunningScript, number>()

/**
 * Where a place of a script stands in the author's source, by the map of the text that runs. Source: ECMA-426.
 *
 * @param line as V8 counts it, 1-based; so is `column`.
 */
export function placeInSource(script: RunningScript, line: number, column: number): SourcePlace {
  const original = originalPlace(script, line, column)
  if (original !== null) return original
  const module = withoutVersion(script.file)
  if (module !== null) return { file: `${module} (compiled)`, line, column }
  return { file: line > fileLines(script) ? `${script.file} (compiled)` : script.file, line, column }
}

function originalPlace(script: RunningScript, line: number, column: number): SourcePlace | null {
  const map = mapOf(script)
  if (map === null) return null
  const at = placeInText(script, line, column)
  const found = originalPositionFor(map, { line: at.line, column: at.column - 1 })
  if (found.source === null) return null
  const file = fileOfSource(script, map, found.source)
  return file === null ? null : { file, line: found.line, column: found.column + 1 }
}

/**
 * A map counts from the beginning of its text, which `lineOffset` and `columnOffset` of `vm.Script` can shift. A negative
 * offset makes up for a wrapper that the map does not know of.
 */
function placeInText(
  { startLine, startColumn }: RunningScript,
  line: number,
  column: number,
): { readonly line: number; readonly column: number } {
  const lines = Math.max(0, startLine)
  const isFirst = line === startLine + 1
  return { line: line - lines, column: isFirst ? column - Math.max(0, startColumn) : column }
}

/**
 * The author's name of what begins at a place in a script; null where the map has none for that very place.
 *
 * @param line as V8 counts it, 1-based; so is `column`.
 */
export function originalName(script: RunningScript, line: number, column: number): string | null {
  const map = mapOf(script)
  const at = placeInText(script, line, column)
  const segment = map === null ? null : traceSegment(map, at.line - 1, at.column - 1)
  if (segment === null || segment[0] !== at.column - 1 || segment.length !== 5) return null
  return map?.names[segment[4]] ?? null
}

/**
 * The last line up to which the text that V8 runs is the file's: a wrapper may precede, types in it be blanked out. A piece
 * of a file may run where it stands there: `lineOffset` of `vm.Script`.
 */
function fileLines(script: RunningScript): number {
  const { file, isFileText, lines, startLine } = script
  if (isFileText === null || isFileText) return Number.POSITIVE_INFINITY
  let count = filesLines.get(script)
  if (count === undefined) {
    const first = Math.max(0, startLine)
    count = first
    const ofFile = textOfFile(file)?.split('\n') ?? []
    const isSame = (line: string, i: number) =>
      lines?.[i - startLine] !== undefined &&
      isLineOfFile(lines[i - startLine] as string, line, i === first ? startLine : null)
    while (count < ofFile.length && isSame(ofFile[count] as string, count)) count++
    filesLines.set(script, count)
  }
  return count
}

/** @param startLine of the text, for its first line; null for another line. */
function isLineOfFile(running: string, ofFile: string, startLine: number | null): boolean {
  if (
    running.trimEnd() === ofFile.trimEnd() ||
    (startLine !== null && isFirstLineOfFile(running, ofFile, startLine > 0))
  )
    return true
  // Node's type stripping puts blanks, and here and there punctuation, where types stood (Node 22 to 26).
  if (running.trimEnd().length > ofFile.length) return false
  for (let i = 0; i < running.length; i++) {
    if (running[i] !== ofFile[i] && !/[\s;,()]/.test(running[i] as string)) return false
  }
  return true
}

/** Before it may stand the head of a function that holds the text or, of a piece, what the file has before the piece. */
function isFirstLineOfFile(running: string, ofFile: string, isPiece: boolean): boolean {
  if (isPiece) return ofFile.endsWith(running.replace(/^\(/, ''))
  return ofFile.trim() === '' ? running.trimEnd().endsWith('{') : running.endsWith(ofFile)
}

/**
 * The file that a map's source is. Null where none is there: packages are published with maps of sources that are not,
 * and such a path leads anywhere. A source whose text the map holds may be missing within the package: it was not deployed.
 */
function fileOfSource(script: RunningScript, map: TraceMap, source: string): string | null {
  const file = fileOfScript(source)
  if (file === script.file) return file
  const text = sourceContentFor(map, source)
  if (isAbsolute(file)) {
    if (existsSync(file)) return file
    return text !== null && isWithinPackage(script.file, file) ? file : null
  }
  return fileOfBundlersUrl(script, file, text) ?? (text === null ? null : (withoutVersion(file) ?? file))
}

/** In a development build each module is a script that has such a name. */
const BUNDLERS_URL = /^((?:webpack|webpack-internal|turbopack|rspack|ng):\/\/[^/]*\/(.+?))(?:\?\w*)?$/

/** A bundler's name of a module, without the number of its build; null for any other name. */
function withoutVersion(name: string): string | null {
  return BUNDLERS_URL.exec(name)?.[1] ?? null
}

/**
 * `webpack://name/./src/app.ts`: the path is relative to a folder that the map does not name. A module that is run by `eval`
 * has no file of its own: the working folder is tried. The file must have the text that the map has.
 */
function fileOfBundlersUrl(script: RunningScript, url: string, text: string | null): string | null {
  const path = BUNDLERS_URL.exec(url)?.[2]
  if (path === undefined || text === null) return null
  const from = isAbsolute(script.file) ? dirname(script.file) : process.cwd()
  for (let folder = from; ; folder = dirname(folder)) {
    const file = join(folder, path)
    if (textOfFile(file) === text.replace(/^\uFEFF/, '')) return file
    if (folder === dirname(folder)) return null
  }
}

function isWithinPackage(script: string, file: string): boolean {
  for (let folder = dirname(script); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return file.startsWith(folder + sep)
  }
  return false
}

function mapOf(script: RunningScript): TraceMap | null {
  let map = maps.get(script)
  if (map === undefined) {
    try {
      const loaded = loadMap(script)
      map = loaded !== null && isWithinSources(script, loaded) ? loaded : null
    } catch {
      map = null
    }
    maps.set(script, map)
  }
  return map
}

/**
 * Whether a loader's map fits the file. With any `--import`, Node 24 transforms the types of a CommonJS program twice: the
 * map that runs is then one of the text in between, and leads beyond the ends of the file's lines.
 */
function isWithinSources({ file, isFileText }: RunningScript, map: TraceMap): boolean {
  if (isFileText !== false) return true
  const source = map.resolvedSources.findIndex((each) => fileOfScript(each) === file)
  if (source === -1) return true
  const text = map.sourcesContent?.[source] ?? textOfFile(file)
  const lengths = text?.split('\n').map((line) => line.length)
  if (lengths === undefined) return true
  const isBeyond = (each: SourceMapSegment) =>
    each.length > 1 && each[1] === source && (each[3] as number) > (lengths[each[2] as number] ?? -1)
  const found = decodedMappings(map).filter((segments) => segments.some(isBeyond))
  return found.length === 0 || areInserted(found)
}

/**
 * Whether lines are what a transform has added by itself, such as the counters for coverage of Babel's plugin: all of them
 * lead to one place, which is of another text.
 */
function areInserted(lines: readonly SourceMapSegment[][]): boolean {
  const places = new Set(
    lines.flatMap((segments) => segments.flatMap((each) => (each.length > 1 ? each.slice(1, 4).join(':') : []))),
  )
  return places.size === 1 && lines.length > 1
}

function loadMap({ file, sourceMapUrl, lines }: RunningScript): TraceMap | null {
  if (sourceMapUrl === null) return lines === null ? mapOfNode(file) : null
  if (sourceMapUrl.startsWith('data:')) return new TraceMap(decodeDataUrl(sourceMapUrl), urlOf(file))
  const mapFile = sourceMapUrl.startsWith('file:')
    ? fileURLToPath(sourceMapUrl)
    : isAbsolute(file)
      ? resolve(dirname(file), decodeURIComponent(sourceMapUrl))
      : null
  return mapFile === null ? null : new TraceMap(readFileSync(mapFile, 'utf8'), urlOf(mapFile))
}

/** What Node keeps of scripts that it loaded with source maps enabled: where V8 cannot be asked. */
function mapOfNode(file: string): TraceMap | null {
  const found = findSourceMap(file) ?? findSourceMap(urlOf(file))
  return found === undefined ? null : new TraceMap(found.payload as never, urlOf(file))
}

function urlOf(file: string): string {
  return isAbsolute(file) ? pathToFileURL(file).href : file
}
