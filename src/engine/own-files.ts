/** The folder that holds this package's code, as V8 names its scripts. */
const ownFolder = new URL('..', import.meta.url).href

export function isOwnScript(scriptName: string): boolean {
  return scriptName.startsWith(ownFolder)
}
