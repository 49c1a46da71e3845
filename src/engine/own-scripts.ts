import { pathToFileURL } from 'node:url'
import { type Reading, readScripts, readTexts } from './debugger-reading.js'
import { isAbsolute } from './node-primordials.js'
import { readOwn } from './own-debugger.js'
import { isOwnScript } from './own-files.js'
import { firstKey, OwnMap } from './primordials.js'
import {
  assumedFromFile,
  type ParsedScript,
  type RunningScript,
  runningFromDebugger,
  runningFromFile,
} from './running-script.js'
import { knownScripts } from './site.js'

/** Of the newest scripts: their number, and the characters of their texts. */
const MAX_SCRIPTS = 10_000
const MAX_CHARACTERS = 64 * 1024 * 1024
let characters = 0
const scripts = new OwnMap<string, RunningScript>()

/**
 * A script of this thread with the text that V8 runs. Where its file does not hold that text, V8's debugger is enabled for
 * this moment, and stops nothing (Node 20 to 26; 25 to 75 ms the first time, then some 6 ms for 300 scripts).
 *
 * @param name as V8 names it.
 * @param hash V8's hash of its text; null where only the name is known.
 */
export function runningScript(name: string, hash: string | null): RunningScript {
  const key = keyOf(name, hash)
  const known = scripts.get(key)
  if (known !== undefined) return known
  const isKnown = hash === null && isOwnScript(name)
  const read = isKnown ? assumedFromFile(name, null) : (runningFromFile(name, hash) ?? askDebugger(name, hash))
  keep(key, read)
  return read
}

function keyOf(name: string, hash: string | null): string {
  return `${hash ?? ''} ${name}`
}

function keep(key: string, script: RunningScript): void {
  if (scripts.has(key)) return
  scripts.set(key, script)
  characters += sizeOf(script)
  while (scripts.size > MAX_SCRIPTS || (characters > MAX_CHARACTERS && scripts.size > 1)) {
    const oldest = firstKey(scripts) as string
    characters -= sizeOf(scripts.get(oldest) as RunningScript)
    scripts.delete(oldest)
  }
}

function sizeOf({ lines }: RunningScript): number {
  let size = 0
  for (let i = 0; lines !== null && i < lines.length; i++) size += (lines[i] as string).length
  return size
}

/** Takes in all scripts at once of which a place is known: they will be asked for next, and every question costs. */
function askDebugger(name: string, hash: string | null): RunningScript {
  const wanted = new Map<string, Wanted>()
  for (const each of knownScripts()) wanted.set(keyOf(each.name, each.hash), each)
  wanted.set(keyOf(name, hash), { name, hash })
  for (const key of scripts.keys()) wanted.delete(key)
  try {
    const found = readOwn(readWanted([...wanted.values()]))
    for (const [key, script] of found) keep(key, script)
    return found.get(keyOf(name, hash)) ?? assumedFromFile(name, hash)
  } catch {
    // Node without an inspector, or a program that may not use it.
    return assumedFromFile(name, hash)
  }
}

interface Wanted {
  readonly name: string
  readonly hash: string | null
}

function* readWanted(wanted: readonly Wanted[]): Reading<Map<string, RunningScript>> {
  const byHash = new Map<string, ParsedScript>()
  const byUrl = new Map<string, ParsedScript>()
  for (const script of (yield* readScripts()).values()) {
    byHash.set(script.hash, script)
    byUrl.set(script.url, script)
  }
  const found = new Map<string, RunningScript>()
  const open: { readonly key: string; readonly name: string; readonly parsed: ParsedScript }[] = []
  for (const { name, hash } of wanted) {
    const key = keyOf(name, hash)
    const fromFile = runningFromFile(name, hash)
    const parsed = hash === null ? (byUrl.get(name) ?? byUrl.get(urlOf(name))) : byHash.get(hash)
    if (fromFile !== null) found.set(key, fromFile)
    else if (parsed !== undefined) open.push({ key, name, parsed })
  }
  const texts = yield* readTexts(open.map(({ parsed }) => Number(parsed.scriptId)))
  for (const { key, name, parsed } of open) {
    found.set(key, runningFromDebugger(name, parsed, texts.get(Number(parsed.scriptId))?.text ?? null))
  }
  return found
}

/** Node's inspector names by its URL what V8 names by its path: CommonJS. */
function urlOf(name: string): string {
  return isAbsolute(name) ? pathToFileURL(name).href : name
}
