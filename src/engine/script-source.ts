import { OwnInspector } from './own-inspector.js'

interface ParsedScript {
  readonly scriptId: string
  readonly startLine: number
  readonly startColumn: number
}

/**
 * The text of a script of this thread as V8 runs it, by V8's number of it; null where it has none, or where its
 * positions are not counted from the text's beginning. The debugger is enabled for this moment, and stops nothing: some
 * 6 ms for it to name 300 scripts, more the first time (Node 20 to 26).
 */
export function scriptSource(scriptId: number): string | null {
  const id = String(scriptId)
  const inspector = new OwnInspector()
  try {
    let script: ParsedScript | null = null
    inspector.on<ParsedScript>('Debugger.scriptParsed', (parsed) => {
      if (parsed.scriptId === id) script = parsed
    })
    inspector.post('Debugger.enable', {})
    const { startLine, startColumn } = (script as ParsedScript | null) ?? { startLine: -1, startColumn: -1 }
    if (startLine !== 0 || startColumn !== 0) return null
    return inspector.post<{ scriptSource: string }>('Debugger.getScriptSource', { scriptId: id }).scriptSource
  } catch {
    return null
  } finally {
    inspector.close()
  }
}
