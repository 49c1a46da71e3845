import { deref, WeakRefOfRealm } from './primordials.js'
import { now } from './real-clock.js'

/** Tells that V8 has collected garbage: what existed before, and still does, is in use. Look from time to time. */
export class CollectionWitness {
  /** What has existed since before this time of `performance.now()` has survived a collection. */
  survivedBeforeMs = 0
  /** It is made anew whenever it has been collected. */
  #object = new WeakRefOfRealm({})
  #madeAtMs = 0

  look(): void {
    if (deref(this.#object) !== undefined) return
    this.survivedBeforeMs = this.#madeAtMs
    this.#object = new WeakRefOfRealm({})
    this.#madeAtMs = now()
  }
}
