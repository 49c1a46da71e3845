import { readFileSync } from 'node:fs'
import { findSourceMap } from 'node:module'
import { dirname, isAbsolute, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { originalPositionFor, sourceContentFor, TraceMap, traceSegment } from '@jridgewell/trace-mapping'
import { fileOfScript } from './call-sites.js'

/** A place in the author's source. */
export interface OriginalPosition {
  readonly file: string
  /** 1-based. */
  readonly line: number
  /** 1-based. */
  readonly column: number
}

interface LoadedMap {
  readonly map: TraceMap
  /** True where V8 runs other text than the file holds: a loader transformed it. */
  readonly isOfLoadedSource: boolean
}

const MAX_MAPS = 256
const maps = new Map<string, LoadedMap | null>()

/** The author's position for a place in a script, or null where no map is known. Source: ECMA-426. */
export function originalPosition(script: string, line: number, column: number): OriginalPosition | null {
  const loaded = mapOf(script)
  if (loaded === null) return null
  const found = originalPositionFor(loaded.map, { line, column: column - 1 })
  if (found.source === null) return null
  return { file: fileOfScript(found.source), line: found.line, column: found.column + 1 }
}

/** The author's name of what begins at a place in a script; null where the map has none for that very place. */
export function originalName(script: string, line: number, column: number): string | null {
  const map = mapOf(script)?.map
  const segment = map === undefined ? null : traceSegment(map, line - 1, column - 1)
  if (segment === null || segment[0] !== column - 1 || segment.length !== 5) return null
  return map?.names[segment[4]] ?? null
}

/** As `originalPosition`, with the source's lines, but only where the file on disk is not what V8 runs. */
export function originalPositionInLoadedSource(
  script: string,
  line: number,
  column: number,
): { line: number; column: number; lines: readonly string[] | null } | null {
  const loaded = mapOf(script)
  if (loaded === null || !loaded.isOfLoadedSource) return null
  const found = originalPositionFor(loaded.map, { line, column: column - 1 })
  if (found.source === null) return null
  const text = sourceContentFor(loaded.map, found.source) ?? readText(fileOfScript(found.source))
  return { line: found.line, column: found.column + 1, lines: text === null ? null : text.split('\n') }
}

/** Gives a script of another process the map that its loader put into it, as a `data:` URL; one that is none is ignored. */
export function useSourceMap(script: string, url: string): void {
  try {
    maps.set(script, { map: mapOfDataUrl(url, fileOfScript(script)), isOfLoadedSource: true })
  } catch {
    // Without a map the script's own positions stand.
  }
}

function mapOf(script: string): LoadedMap | null {
  if (script.startsWith('node:')) return null
  let known = maps.get(script)
  if (known === undefined) {
    known = loadMap(script)
    if (maps.size >= MAX_MAPS) maps.clear()
    maps.set(script, known)
  }
  return known
}

function loadMap(script: string): LoadedMap | null {
  try {
    return mapOfNode(script) ?? mapOnDisk(fileOfScript(script))
  } catch {
    return null
  }
}

/** What Node itself keeps for scripts that it loaded with source maps enabled. */
function mapOfNode(script: string): LoadedMap | null {
  const found = findSourceMap(script) ?? findSourceMap(fileOfScript(script))
  if (found === undefined) return null
  const file = fileOfScript(script)
  const map = new TraceMap(found.payload as never, urlOf(file))
  const isOfLoadedSource = map.resolvedSources.some((source) => fileOfScript(source ?? '') === file)
  return { map, isOfLoadedSource }
}

const MAP_COMMENT = /^[ \t]*\/[/*][#@][ \t]*sourceMappingURL=([^\s'"*]+)/gm

function mapOnDisk(file: string): LoadedMap | null {
  if (!isAbsolute(file)) return null
  const text = readText(file)
  const url = text === null ? undefined : [...text.matchAll(MAP_COMMENT)].at(-1)?.[1]
  if (url === undefined) return null
  if (url.startsWith('data:')) return { map: mapOfDataUrl(url, file), isOfLoadedSource: false }
  const mapFile = url.startsWith('file:') ? fileURLToPath(url) : resolve(dirname(file), decodeURIComponent(url))
  const json = readText(mapFile)
  return json === null ? null : { map: new TraceMap(json, urlOf(mapFile)), isOfLoadedSource: false }
}

function mapOfDataUrl(url: string, file: string): TraceMap {
  const comma = url.indexOf(',')
  const body = url.slice(comma + 1)
  const isBase64 = url.slice(0, comma).endsWith(';base64')
  return new TraceMap(isBase64 ? Buffer.from(body, 'base64').toString() : decodeURIComponent(body), urlOf(file))
}

function urlOf(file: string): string {
  return isAbsolute(file) ? pathToFileURL(file).href : file
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
