/** The last answer to a question that takes long, for a moment. */
export class BriefMemory<T> {
  #value: T | null = null
  #atMs = 0

  /** @param mostAgeMs 0 asks anew. */
  get(mostAgeMs: number, ask: () => T): T {
    if (this.#value === null || performance.now() - this.#atMs >= mostAgeMs) {
      this.#value = ask()
      this.#atMs = performance.now()
    }
    return this.#value
  }
}
