import { readTexts } from './debugger-reading.js'
import { OwnDebugger } from './own-debugger.js'

/** The texts of this thread's scripts as V8 runs them. All questions up to `close` are to be in one turn. */
export class OwnScriptTexts {
  readonly #debugger = new OwnDebugger()
  #isClosed = false

  /**
   * @param scriptId V8's number of it.
   * @returns null if it cannot be had, or if V8's positions are not counted from the text's beginning.
   */
  readonly textOf = (scriptId: number): string | null => {
    if (this.#isClosed) return null
    try {
      const found = this.#debugger.read(readTexts([scriptId])).get(scriptId)
      return found?.isCountedFromStart === true ? found.text : null
    } catch {
      return null
    }
  }

  close(): void {
    this.#isClosed = true
    this.#debugger.close()
  }
}
