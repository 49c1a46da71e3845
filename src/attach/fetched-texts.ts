import { readTexts } from '../engine/debugger-reading.js'
import type { DevToolsSession } from './devtools-session.js'
import { readRemotely } from './remote-debugger.js'

/**
 * The texts of scripts as V8 runs them, by V8's numbers of them, for functions that ask for one at once: a text that was
 * asked for in vain is fetched, and then the question is put again.
 */
export class FetchedTexts {
  readonly #texts = new Map<number, string | null>()
  readonly #missing = new Set<number>()

  readonly textOf = (scriptId: number): string | null => {
    const known = this.#texts.get(scriptId)
    if (known === undefined) this.#missing.add(scriptId)
    return known ?? null
  }

  /** @returns false if nothing was missing. */
  async fetchMissing(session: DevToolsSession): Promise<boolean> {
    const wanted = [...this.#missing]
    this.#missing.clear()
    if (wanted.length === 0) return false
    const found = await readRemotely(session, readTexts(wanted))
    for (const id of wanted) {
      const read = found.get(id)
      this.#texts.set(id, read?.isCountedFromStart === true ? read.text : null)
    }
    return true
  }
}
