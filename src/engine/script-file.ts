import { fileURLToPath } from './node-primordials.js'
import { OwnMap, startsWith } from './primordials.js'

const MAX_FILES = 10_000
const fileOfUrl = new OwnMap<string, string>()

/** The path or URL that a person knows a script by. */
export function fileOfScript(script: string): string {
  if (!startsWith(script, 'file://')) return script
  let file = fileOfUrl.get(script)
  if (file === undefined) {
    file = pathOfUrl(script)
    if (fileOfUrl.size >= MAX_FILES) fileOfUrl.clear()
    fileOfUrl.set(script, file)
  }
  return file
}

function pathOfUrl(url: string): string {
  try {
    return fileURLToPath(url)
  } catch {
    return url
  }
}
