import { types } from 'node:util'
import { closureVariables } from './live-objects.js'
import { isProxy } from './node-primordials.js'
import {
  apply,
  defineProperty,
  deleteProperty,
  ErrorOfRealm,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  OwnWeakMap,
  OwnWeakSet,
} from './primordials.js'
import { isError, readStack } from './stack-property.js'

/** Makes the final text of a stack that is being read for the first time. It must not throw. */
export type OnRead = (error: object, stack: string) => string

type Prepare = (error: object, sites: unknown) => unknown
type Overrides = WeakMap<object, Prepare>

/** Ends a read before V8 has formatted anything: V8 keeps the raw stack then. */
const UNREAD = {}

/**
 * Stacks that nobody has read yet. V8 formats a stack when it is first read, with the message that the error has then, and
 * asks Node.js for the text. Node looks first into a map of its own for errors that are to be formatted in another way (Node
 * 20 to 26). The program does not see that map. Its methods are replaced here, so a stack can be extended at its first read,
 * and its places can be read before.
 */
export class UnreadStacks {
  readonly #overrides: Overrides
  readonly #byDefault: Prepare
  readonly #extended = new OwnWeakSet()
  #onRead: OnRead | null = null
  #isProbing = false
  #peeked: readonly NodeJS.CallSite[] | null = null

  constructor({ overrides, byDefault }: NodesOverrides) {
    this.#overrides = overrides
    this.#byDefault = byDefault
  }

  /** @param listener makes the stacks of the errors that are given to `extend`; null for none any more. */
  extendBy(listener: OnRead | null): void {
    if (this.#onRead === null && listener !== null) this.#install()
    if (this.#onRead !== null && listener === null) this.#remove()
    this.#onRead = listener
  }

  /** Whether the stack has not been formatted so far; it is not formatted by the question. */
  isUnread(error: object): boolean {
    return this.sitesOf(error) !== null
  }

  /** The places of a stack that has not been formatted so far, and is not formatted by the question; else null. */
  sitesOf(error: object): readonly NodeJS.CallSite[] | null {
    if (!isError(error)) return null
    if (this.#onRead === null) this.#install()
    this.#isProbing = true
    try {
      readStack(error)
      return null
    } catch (thrown) {
      if (thrown !== UNREAD) throw thrown
      return this.#peeked
    } finally {
      this.#isProbing = false
      this.#peeked = null
      if (this.#onRead === null) this.#remove()
    }
  }

  /** The stack of an unread error will be extended when it is read. */
  extend(error: object): void {
    this.#extended.add(error)
  }

  /** Whether it was given to `extend`, and has not been read since. */
  willExtend(error: object): boolean {
    return this.#extended.has(error)
  }

  #install(): void {
    const overrides = this.#overrides
    const { has, get } = OwnWeakMap.prototype
    const own = (name: string, value: (error: object) => unknown) =>
      defineProperty(overrides, name, { configurable: true, value })
    own('has', (error) => this.#isProbing || this.#extended.has(error) || apply(has, overrides, [error]))
    own('get', (error) => {
      if (this.#isProbing) return this.#peek
      const prepare = apply(get, overrides, [error]) as Prepare | undefined
      return this.#extended.has(error) ? this.#extending(prepare) : prepare
    })
    // Node takes it out when the stack is formatted.
    own('delete', (error) => !this.#isProbing && apply(OwnWeakMap.prototype.delete, overrides, [error]))
  }

  #remove(): void {
    for (const name of ['has', 'get', 'delete']) deleteProperty(this.#overrides, name)
  }

  readonly #peek = (_error: object, sites: unknown): never => {
    this.#peeked = sites as readonly NodeJS.CallSite[]
    throw UNREAD
  }

  #extending(prepare: Prepare | undefined): Prepare {
    return (error, sites) => {
      const stack = prepare === undefined ? this.#asNode(error, sites) : prepare(error, sites)
      this.#extended.delete(error)
      return typeof stack === 'string' && this.#onRead !== null ? this.#onRead(error, stack) : stack
    }
  }

  /** What Node.js does if its map has nothing for an error. */
  #asNode(error: object, sites: unknown): unknown {
    const global = globalOf(error)
    if (typeof global.Error?.prepareStackTrace === 'function') return global.Error.prepareStackTrace(error, sites)
    const { prepareStackTrace } = ErrorOfRealm as unknown as { prepareStackTrace?: unknown }
    if (typeof prepareStackTrace === 'function')
      return apply(prepareStackTrace as Prepare, ErrorOfRealm, [error, sites])
    return this.#byDefault(error, sites)
  }
}

interface GlobalOfError {
  readonly Error?: { prepareStackTrace?: Prepare }
}

/** As far as Node.js asks it, the global object of the realm that the error is of. */
function globalOf(error: object): GlobalOfError {
  let top: object | null = null
  for (let each: object | null = error; each !== null && !isProxy(each); each = getPrototypeOf(each) as object | null) {
    if (each === ErrorOfRealm.prototype) break
    if (getPrototypeOf(each) === null) {
      const ownError: unknown = top === null ? undefined : getOwnPropertyDescriptor(top, 'constructor')?.value
      return typeof ownError === 'function' ? { Error: ownError as { prepareStackTrace?: Prepare } } : {}
    }
    top = each
  }
  return globalThis as unknown as GlobalOfError
}

/** Undefined until it is looked for. */
let known: UnreadStacks | null | undefined

/** Null where Node has no such map: then a stack can be extended only after it was formatted. */
export function unreadStacks(): UnreadStacks | null {
  if (known === undefined) {
    const found = findOverrides()
    known = found === null ? null : new UnreadStacks(found)
  }
  return known
}

/** Variables of `node:internal/errors`. */
interface NodesOverrides {
  readonly overrides: Overrides
  readonly byDefault: Prepare
}

/**
 * V8's inspector finds them in the scope of Node's own `Error.prepareStackTrace` (Node 20 to 26), or, if the program has
 * replaced that, of a method of Node's errors. That takes 2 ms, once.
 *
 * @returns null without an inspector, and if Node no longer has these variables.
 */
function findOverrides(): NodesOverrides | null {
  try {
    const prepare: unknown = getOwnPropertyDescriptor(ErrorOfRealm, 'prepareStackTrace')?.value
    return (
      (typeof prepare === 'function' ? overridesIn(prepare, prepare as Prepare) : null) ?? overridesIn(toStringOfNode())
    )
  } catch {
    return null
  }
}

function overridesIn(closure: object, byDefault?: Prepare): NodesOverrides | null {
  const [overrides, internal] = closureVariables(closure, ['overrideStackTrace', 'internalPrepareStackTrace'])
  const prepare = byDefault ?? internal
  if (!types.isWeakMap(overrides) || !Object.isExtensible(overrides) || typeof prepare !== 'function') return null
  return { overrides: overrides as Overrides, byDefault: prepare as Prepare }
}

function toStringOfNode(): object {
  try {
    Buffer.alloc('' as unknown as number)
  } catch (error) {
    return (error as Error).toString
  }
  return findOverrides
}
