import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { knownScripts } from './call-sites.js'
import { isOwnScript } from './own-files.js'
import { OwnInspector } from './own-inspector.js'
import {
  assumedFromFile,
  type ParsedScript,
  type RunningScript,
  runningFromDebugger,
  runningFromFile,
} from './running-script.js'

const MAX_SCRIPTS = 256
const scripts = new Map<string, RunningScript>()

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
  if (scripts.size >= MAX_SCRIPTS) scripts.clear()
  scripts.set(key, script)
}

/** Takes in all scripts at once of which a place is known: they will be asked for next, and every question costs. */
function askDebugger(name: string, hash: string | null): RunningScript {
  const wanted = new Map<string, Wanted>()
  for (const each of knownScripts()) wanted.set(keyOf(each.name, each.hash), each)
  wanted.set(keyOf(name, hash), { name, hash })
  for (const key of scripts.keys()) wanted.delete(key)
  try {
    const found = readScripts([...wanted.values()])
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

function readScripts(wanted: readonly Wanted[]): Map<string, RunningScript> {
  const byHash = new Map<string, ParsedScript>()
  const byUrl = new Map<string, ParsedScript>()
  const inspector = new OwnInspector()
  try {
    inspector.on('Debugger.scriptParsed', (script: ParsedScript) => {
      byHash.set(script.hash, script)
      byUrl.set(script.url, script)
    })
    inspector.post('Debugger.enable', {})
    const found = new Map<string, RunningScript>()
    for (const { name, hash } of wanted) {
      const fromFile = runningFromFile(name, hash)
      const parsed = hash === null ? (byUrl.get(name) ?? byUrl.get(urlOf(name))) : byHash.get(hash)
      if (fromFile !== null) found.set(keyOf(name, hash), fromFile)
      else if (parsed !== undefined)
        found.set(keyOf(name, hash), runningFromDebugger(name, parsed, sourceOf(inspector, parsed)))
    }
    return found
  } finally {
    inspector.close()
  }
}

function sourceOf(inspector: OwnInspector, { scriptId }: ParsedScript): string | null {
  try {
    return inspector.post<{ scriptSource: string }>('Debugger.getScriptSource', { scriptId }).scriptSource
  } catch {
    return null
  }
}

/** Node's inspector names by its URL what V8 names by its path: CommonJS. */
function urlOf(name: string): string {
  return isAbsolute(name) ? pathToFileURL(name).href : name
}
