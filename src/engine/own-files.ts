import { fileURLToPath } from 'node:url'
import { startsWith } from './primordials.js'

/** The folder that holds this package's code, as V8 names its scripts: ES modules by URL, CommonJS by path. */
const ownFolder = new URL('..', import.meta.url).href
const ownPath = fileURLToPath(ownFolder)

export function isOwnScript(scriptName: string): boolean {
  return startsWith(scriptName, ownFolder) || startsWith(scriptName, ownPath)
}
