import type { Frame } from './frame.js'
import type { Leaf } from './leaf.js'

/** What keeps an event loop from ending, whether an async function waits for it or not. */
export interface KeptAlive {
  /** With the place where it was made, if that was recorded. */
  readonly leaf: Leaf
  /** Where the function begins that it will call; null if that is not known. */
  readonly calls: Frame | null
  /** Of a socket: what has it. Left out if that is not known. */
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
