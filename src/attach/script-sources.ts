import type { DevToolsSession } from './devtools-session.js'

interface ParsedScript {
  readonly scriptId: string
  readonly startLine: number
  readonly startColumn: number
}

/**
 * The texts of scripts as V8 runs them, by V8's numbers of them, for functions that ask for one at once: what was asked
 * for in vain is fetched, and then the question is put again.
 */
export class ScriptSources {
  readonly #sources = new Map<number, string | null>()
  readonly #missing = new Set<number>()

  readonly sourceOf = (scriptId: number): string | null => {
    const known = this.#sources.get(scriptId)
    if (known === undefined) this.#missing.add(scriptId)
    return known ?? null
  }

  /** @returns false where nothing was missing. */
  async fetchMissing(session: DevToolsSession): Promise<boolean> {
    const wanted = [...this.#missing]
    this.#missing.clear()
    if (wanted.length === 0) return false
    const countedFromStart = new Set<number>()
    const stop = session.on('Debugger.scriptParsed', ({ scriptId, startLine, startColumn }: ParsedScript) => {
      if (startLine === 0 && startColumn === 0) countedFromStart.add(Number(scriptId))
    })
    try {
      // All at once: no statement of the program is to run while the debugger is enabled, which might be `debugger`.
      const [, , ...answers] = await Promise.allSettled([
        session.call('Debugger.enable'),
        session.call('Debugger.setSkipAllPauses', { skip: true }),
        ...wanted.map((id) =>
          session.call<{ scriptSource: string }>('Debugger.getScriptSource', { scriptId: String(id) }),
        ),
        session.call('Debugger.disable'),
      ])
      for (const [i, id] of wanted.entries()) {
        const answer = answers[i] as PromiseSettledResult<{ scriptSource: string }>
        const isKnown = answer.status === 'fulfilled' && countedFromStart.has(id)
        this.#sources.set(id, isKnown ? answer.value.scriptSource : null)
      }
    } finally {
      stop()
    }
    return true
  }
}
