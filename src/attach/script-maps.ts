import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { useSourceMap } from '../engine/source-maps.js'
import type { Target } from './target.js'

interface ParsedScript {
  readonly scriptId: string
  readonly url: string
  readonly sourceMapURL?: string
}

/**
 * Takes over the source maps that loaders (tsx, ts-node) put into the scripts as they transformed them: what such a
 * script's file holds is not what V8 runs. Maps on disk are found without.
 *
 * @param scripts V8's names of the scripts that are in question.
 */
export async function takeScriptMaps(target: Target, scripts: ReadonlySet<string>): Promise<void> {
  if (![...scripts].some((script) => /\.(?:[cm]?ts|[jt]sx)$/.test(script))) return
  // Node's inspector names by its URL what V8 names by its path: CommonJS.
  const namesOf = new Map(
    [...scripts].flatMap((script) => [[script, script] as const, [urlOf(script), script] as const]),
  )
  await eachScript(target, ({ url, sourceMapURL }) => {
    const script = namesOf.get(url)
    if (script !== undefined && sourceMapURL?.startsWith('data:') === true) useSourceMap(script, sourceMapURL)
  })
}

/** By V8's number of the script. */
export async function scriptUrls(target: Target): Promise<Map<number, string>> {
  const urls = new Map<number, string>()
  await eachScript(target, ({ scriptId, url }) => urls.set(Number(scriptId), url))
  return urls
}

async function eachScript({ session }: Target, take: (script: ParsedScript) => void): Promise<void> {
  const stop = session.on('Debugger.scriptParsed', take)
  try {
    // It announces every script that there is before it answers.
    await session.call('Debugger.enable')
    await session.call('Debugger.disable')
  } finally {
    stop()
  }
}

function urlOf(script: string): string {
  return isAbsolute(script) ? pathToFileURL(script).href : script
}
