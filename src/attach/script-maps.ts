import { useSourceMap } from '../engine/source-maps.js'
import type { Target } from './target.js'

interface ParsedScript {
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
  const { session } = target
  const stop = session.on('Debugger.scriptParsed', ({ url, sourceMapURL }: ParsedScript) => {
    if (scripts.has(url) && sourceMapURL?.startsWith('data:') === true) useSourceMap(url, sourceMapURL)
  })
  try {
    // It announces every script that there is before it answers.
    await session.call('Debugger.enable')
    await session.call('Debugger.disable')
  } finally {
    stop()
  }
}
