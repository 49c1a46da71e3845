import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { OWN_NAME } from '../model/own-name.js'
import { defineProperty, deleteProperty, getOwnPropertyDescriptors, getProperty, startsWith } from './primordials.js'

/** Around all of this package's code where that is one text: a bundler may put it into a script with other code. */
declare const ownText: { start(read: () => void): void; end(): void } | undefined

/** Where V8 says that a piece of code stands. 1-based. */
interface Place {
  readonly script: string
  readonly line: number
  readonly column: number
}

/** Not `import.meta.url`, for which bundlers put nothing, or the URL of a file on the machine that they ran on. */
const start = findStart()

const ownScript = start?.script ?? null

/** This package's folder of built files; null where a bundler has put its code elsewhere. */
const ownFolder = ownScript === null ? null : folderOf(ownScript)

/** As V8 names scripts: ES modules by URL, CommonJS by path. */
const ownUrl = ownFolder === null ? null : pathToFileURL(join(ownFolder, '/')).href
const ownPath = ownFolder === null ? null : join(ownFolder, '/')

/** Whether this package's frames can be told from the program's: else no path would be right. */
export const canTellOwn = ownFolder !== null || (ownScript !== null && typeof ownText !== 'undefined')

/** The path of one of this package's built files; null where they are not there: in a bundle. */
export function ownFile(path: string): string | null {
  return ownFolder === null ? null : join(ownFolder, path)
}

export function isOwnScript(scriptName: string): boolean {
  if (scriptName === OWN_NAME) return true
  if (ownUrl === null || ownPath === null) return false
  return startsWith(scriptName, ownUrl) || startsWith(scriptName, ownPath)
}

let end: Place | null = null

if (typeof ownText !== 'undefined') {
  const readEnd = () => {
    end = callerOf(readEnd)
  }
  ownText.end = readEnd
}

/** Whether a place of a script that is not this package's alone is within this package's text. */
export function isInOwnText(script: string | null, line: number | null, column: number | null): boolean {
  if (ownFolder !== null || start === null || script !== start.script || line === null || column === null) return false
  const isAfterStart = line > start.line || (line === start.line && column >= start.column)
  // Until the end has run, nothing of the program has been called.
  return isAfterStart && (end === null || line < end.line || (line === end.line && column <= end.column))
}

/** Built files lie in the folder `dist`, or in a folder of it. */
function folderOf(script: string): string | null {
  try {
    const file = script.startsWith('file:') ? fileURLToPath(script) : script
    const folder = dirname(dirname(file))
    return /[\\/](?:engine|cjs|cli|bundled|threads)[\\/][\w-]+\.c?js$/.test(file) &&
      existsSync(join(folder, 'threads', 'preload.cjs'))
      ? folder
      : null
  } catch {
    return null
  }
}

function findStart(): Place | null {
  let place: Place | null = null
  const readStart = () => {
    place = callerOf(readStart)
  }
  if (typeof ownText === 'undefined') readStart()
  else ownText.start(readStart)
  return place
}

/**
 * Where a function that runs was called. V8 turns a raw stack into call sites at the first read of `stack`; amid that, it makes
 * none of another stack (Node 20 to 26).
 */
function callerOf(called: () => void): Place | null {
  const before = getOwnPropertyDescriptors(Error)
  const holder: { stack?: unknown } = {}
  let place: Place | null = null
  const prepareStackTrace = (_error: Error, sites: NodeJS.CallSite[]) => {
    const site = sites[0]
    const script = site?.getScriptNameOrSourceURL()
    if (site !== undefined && script)
      place = { script, line: site.getLineNumber() ?? 0, column: site.getColumnNumber() ?? 0 }
    return ''
  }
  try {
    replace('stackTraceLimit', 1)
    replace('prepareStackTrace', prepareStackTrace)
    Error.captureStackTrace(holder, called)
    // Not `holder.stack`: a minifier would drop that as being without effect.
    getProperty(holder, 'stack')
  } catch {
    // Frozen: what V8 writes into the text is all there is.
    Error.captureStackTrace(holder, called)
    place = placeInText(String(holder.stack))
  }
  restore('prepareStackTrace', before.prepareStackTrace)
  restore('stackTraceLimit', before.stackTraceLimit)
  return place
}

function replace(name: 'prepareStackTrace' | 'stackTraceLimit', value: unknown): void {
  defineProperty(Error, name, { value, configurable: true, enumerable: true, writable: true })
}

function restore(name: 'prepareStackTrace' | 'stackTraceLimit', before: PropertyDescriptor | undefined): void {
  if (before === undefined) deleteProperty(Error, name)
  else defineProperty(Error, name, before)
}

function placeInText(stack: string): Place | null {
  const found = /^ {4}at (?:.*\()?(.+?):(\d+):(\d+)\)?$/m.exec(stack)
  return found === null ? null : { script: String(found[1]), line: Number(found[2]), column: Number(found[3]) }
}
