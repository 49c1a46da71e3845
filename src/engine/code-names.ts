/** Whether a place is named by the code alone. */

import { COMPUTED_METHOD, isNamedBySymbol } from '../model/computed-keys.js'
import { endsWith, exec, max, OwnMap, setOf, sliceText, startsWith, test } from './primordials.js'
import { type RunningScript, runningFromFile } from './running-script.js'
import type { Site } from './site.js'

/** V8's builtins that are code of their own, each with its own address. Others share one: `JSON.parse`, `Reflect.apply`. */
const BUILTINS = setOf([
  'new Promise',
  'Promise.then',
  'Promise.catch',
  'Promise.finally',
  'Promise.all',
  'Promise.allSettled',
  'Promise.any',
  'Promise.race',
  'Function.all',
  'Function.allSettled',
  'Function.any',
  'Function.race',
  'Array.map',
  'Array.forEach',
  'Array.filter',
  'Array.reduce',
])

const DECLARED = /^(?:async\s+)?(?:function\s*|class\s+)?\*?\s*(?:[gs]et\s+)?(#?[\w$\u0080-\uffff]+)/
const ASSIGNED = /([\w$\u0080-\uffff]+)\s*[=:]\s*(?:async\s*)?$/
const EXPORTED = /\bexport\s+default\s+$/
const BARE_NAME = /^(?:[gs]et )?(?:.*\.)?(.*)$/
const CLASS = /\bclass\s+([\w$\u0080-\uffff]+)/
/** A name, `async function`, the assignment before it: so many characters are looked at. */
const BEFORE = 200
/** A constructor's class is looked for in so many lines before it. */
const CLASS_LINES = 500

/** Undefined until the text was looked at. */
const known = new OwnMap<Site, boolean>()
const MAX_SITES = 20_000
const running = new OwnMap<string, RunningScript | null>()

/** @returns undefined where only the text tells; then `readNaming` is to be called at a better moment. */
export function isNamedByCode(site: Site): boolean | undefined {
  if (site.script === null) return site.isOwn || BUILTINS.has(site.name)
  if (site.isInternal || site.isModule) return true
  if (site.enclosingLine === null || site.enclosingColumn === null) return false
  if (startsWith(site.script, 'wasm:')) return false
  // V8 has made up a name for what is put on a computed property.
  return site.functionName && !endsWith(site.functionName, '<computed>') ? known.get(site) : true
}

/**
 * A program can name each closure of one piece of code differently (`Object.defineProperty(f, 'name', …)`, a computed key):
 * then the code does not tell the name. It does where the text has that very name. Only the script's file is read: the
 * debugger, which also knows texts of no file, is not switched on for this.
 */
export function readNaming(site: Site): boolean {
  const naming = isNamedByCode(site)
  if (naming !== undefined) return naming
  const isByCode = isInText(site)
  if (known.size >= MAX_SITES) known.clear()
  known.set(site, isByCode)
  return isByCode
}

/** The texts are needed no more. */
export function forgetTexts(): void {
  running.clear()
}

function isInText({ script, scriptHash, functionName, enclosingLine, enclosingColumn }: Site): boolean {
  const key = `${scriptHash} ${script}`
  let text = running.get(key)
  if (text === undefined) {
    text = runningFromFile(script as string, scriptHash)
    running.set(key, text)
  }
  const line = text?.lines?.[(enclosingLine as number) - 1]
  if (line === undefined) return false
  const at = (enclosingColumn as number) - 1
  if (isNamedBySymbol(functionName as string)) return test(COMPUTED_METHOD, sliceText(line, at, at + BEFORE))
  const name = exec(BARE_NAME, functionName as string)?.[1]
  const before = sliceText(line, max(0, at - BEFORE), at)
  if (name === 'default') return test(EXPORTED, before)
  const declared = exec(DECLARED, sliceText(line, at, at + BEFORE))?.[1]
  if (declared === 'constructor') return classBefore(text?.lines ?? [], enclosingLine as number) === name
  return declared === name || exec(ASSIGNED, before)?.[1] === name
}

/** The class that was last declared before the end of a line. */
function classBefore(lines: readonly string[], line: number): string | null {
  for (let i = line - 1; i >= 0 && i >= line - CLASS_LINES; i--) {
    const found = exec(CLASS, lines[i] as string)
    if (found !== null) return found[1] as string
  }
  return null
}
