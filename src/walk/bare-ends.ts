import { type Chain, type Chains, isShown } from './chains.js'
import type { Leaves } from './leaves.js'
import { isTold } from './present-wait.js'
import type { PresentWaits } from './present-waits.js'
import type { Running } from './running.js'

/** What the program's functions and callbacks wait for at the end, and of which nothing is known to settle it. */
export class BareEnds {
  readonly #waits: PresentWaits
  readonly #leaves: Leaves
  readonly #seen: Set<object>
  readonly #starts: readonly object[]

  constructor(now: Running, waits: PresentWaits, chains: Chains, callbacks: readonly Chain[], leaves: Leaves) {
    this.#waits = waits
    this.#leaves = leaves
    // The task that asks waits for nothing.
    this.#seen = new Set(now.promise === null ? [] : [now.promise])
    const shown = chains.all.filter((chain) => isShown(chain, waits))
    const starts = [...shown, ...callbacks].map(({ innermost }) => innermost.on)
    this.#starts = [...starts, ...waits.all.filter(isTold).map(({ on }) => on)]
  }

  all(): object[] {
    return this.below(this.#starts)
  }

  /** Those that were not given before, for promises that are known by now to be waited for. */
  below(promises: readonly object[]): object[] {
    const ends: object[] = []
    const open = new Set(promises.filter((promise) => !this.#seen.has(promise)))
    for (const promise of open) {
      this.#seen.add(promise)
      if (this.#leaves.isBare(promise)) ends.push(promise)
      else if (!this.#leaves.isEvent(promise)) {
        for (const { on } of this.#waits.waitsOf(promise)) if (!this.#seen.has(on)) open.add(on)
      }
    }
    return ends
  }
}
