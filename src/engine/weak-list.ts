import { deref, WeakRefOfRealm } from './primordials.js'

/** Objects that are held weakly. Those that are gone or no longer needed are dropped when there are twice as many as were needed. */
export class WeakList<T extends object> {
  readonly #few: number
  readonly #isNeeded: (object: T) => boolean
  #refs: WeakRef<T>[] = []
  #most: number

  /** @param few with no more than these, none is dropped. @param isNeeded asked of each that is still alive; if not, it is dropped. */
  constructor(few: number, isNeeded: (object: T) => boolean) {
    this.#few = few
    this.#most = few
    this.#isNeeded = isNeeded
  }

  get length(): number {
    return this.#refs.length
  }

  /** Each may be added once. */
  add(object: T): void {
    if (this.#refs.length >= this.#most) this.drop()
    this.#refs[this.#refs.length] = new WeakRefOfRealm(object)
  }

  drop(): void {
    const kept: WeakRef<T>[] = []
    for (let i = 0; i < this.#refs.length; i++) {
      const ref = this.#refs[i] as WeakRef<T>
      const object = deref(ref)
      if (object !== undefined && this.#isNeeded(object)) kept[kept.length] = ref
    }
    this.#refs = kept
    this.#most = kept.length * 2 > this.#few ? kept.length * 2 : this.#few
  }

  /** Those that are alive, needed or not. */
  alive(): T[] {
    const found: T[] = []
    for (let i = 0; i < this.#refs.length; i++) {
      const object = deref(this.#refs[i] as WeakRef<T>)
      if (object !== undefined) found[found.length] = object
    }
    return found
  }

  clear(): void {
    this.#refs = []
    this.#most = this.#few
  }
}
