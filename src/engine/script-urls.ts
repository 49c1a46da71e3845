import { OwnInspector } from './own-inspector.js'
import type { ParsedScript } from './running-script.js'

/** The URLs of all scripts of this thread by V8's number: it announces them before it answers (Node 20 to 26). */
export function scriptUrls(): ReadonlyMap<number, string> {
  const urls = new Map<number, string>()
  const inspector = new OwnInspector()
  try {
    inspector.on('Debugger.scriptParsed', ({ scriptId, url }: ParsedScript) => urls.set(Number(scriptId), url))
    inspector.post('Debugger.enable', {})
  } finally {
    inspector.close()
  }
  return urls
}
