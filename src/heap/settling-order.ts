import { addTo } from '../model/lists-by-key.js'
import type { HeapPromises } from './heap-promises.js'

/** Which promises settle after which, as reactions and suspended functions say. */
export class SettlingOrder {
  /** By promise: those that will settle it. */
  readonly #waitsFor = new Map<number, number[]>()

  constructor({ feeds, suspended }: Pick<HeapPromises, 'feeds' | 'suspended'>) {
    for (const { from, to } of feeds) this.#add(to, from)
    for (const { settles, awaits } of suspended) for (const each of settles) this.#add(each, awaits)
  }

  /** Whether other promises will settle it. */
  isSettledByOthers(promise: number): boolean {
    return this.#waitsFor.has(promise)
  }

  /** Whether a promise waits for another one, and so cannot be what settles it. */
  isAfter(promise: number, other: number): boolean {
    const path = new Set([promise])
    for (const node of path) {
      if (node === other) return true
      for (const from of this.#waitsFor.get(node) ?? []) path.add(from)
    }
    return false
  }

  /** Whether a promise can settle in no other way than through another one: the members of a combinator are ways. */
  isOnlyAfter(promise: number, other: number): boolean {
    const path = new Set([promise])
    for (const node of path) {
      if (node === other) return true
      const [from, ...more] = this.#waitsFor.get(node) ?? []
      if (from !== undefined && more.length === 0) path.add(from)
    }
    return false
  }

  #add(promise: number, on: number): void {
    addTo(this.#waitsFor, promise, on)
  }
}
