import type { Frame } from './frame.js'
import type { Leaf } from './leaf.js'

/** Something that keeps an event loop alive, whether or not an async function waits for it. */
export interface KeptAlive {
  /** With the place where it was created, if recorded. */
  readonly leaf: Leaf
  /** Where the function that it will call begins; null if unknown. */
  readonly calls: Frame | null
  /** Of a socket: the object that it belongs to. Left out if unknown. */
  readonly owner?: Owner
}

/** An object of the program or of a package of it. */
export interface Owner {
  readonly className: string
  /** The npm package of its class; null for a class of the program. */
  readonly package: string | null
  /** The variable that it is kept in, and its file; null if it was not found. */
  readonly variable: { readonly name: string; readonly filename: string | null } | null
}
