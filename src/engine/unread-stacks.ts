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
 * 20 to 26); the program does not see the map. Its `has` and `get` are ours here, so a stack can be extended at its first read,
 * and the error stays as it is until then.
 */
export class UnreadStacks {
  readonly #overrides: Overrides
  readonly #byDefault: Prepare
  readonly #onRead: OnRead
  readonly #extended = new OwnWeakSet()
  #isProbing = false

  constructor({ overrides, byDefault }: NodesOverrides, onRead: OnRead) {
    this.#overrides = overrides
    this.#byDefault = byDefault
    this.#onRead = onRead
    const { has, get } = OwnWeakMap.prototype
    const own = (name: string, value: (error: object) => unknown) =>
      defineProperty(overrides, name, { configurable: true, value })
    own('has', (error) => {
      if (this.#isProbing) throw UNREAD
      return this.#extended.has(error) || apply(has, overrides, [error])
    })
    own('get', (error) => {
      const prepare = apply(get, overrides, [error]) as Prepare | undefined
      return this.#extended.has(error) ? this.#extending(prepare) : prepare
    })
  }

  /** Whether the stack has not been formatted so far; it is not formatted by the question. */
  isUnread(error: object): boolean {
    if (!isError(error)) return false
    this.#isProbing = true
    try {
      readStack(error)
      return false
    } catch (thrown) {
      if (thrown !== UNREAD) throw thrown
      return true
    } finally {
      this.#isProbing = false
    }
  }

  /** `onRead` makes the stack of an unread error when it is read. */
  extend(error: object): void {
    this.#extended.add(error)
  }

  stop(): void {
    deleteProperty(this.#overrides, 'has')
    deleteProperty(this.#overrides, 'get')
  }

  #extending(prepare: Prepare | undefined): Prepare {
    return (error, sites) => {
      const stack = prepare === undefined ? this.#asNode(error, sites) : prepare(error, sites)
      this.#extended.delete(error)
      return typeof stack === 'string' ? this.#onRead(error, stack) : stack
    }
  }

  /** What Node.js does if its map has nothing for an error. */
  #asNode(error: object, sites: unknown): unknown {
    const global = globalOf(error)
    if (typeof global.Error?.prepareStackTrace === 'function') return global.Error.prepareStackTrace(error, sites)
    const { prepareStackTrace } = ErrorOfRealm as unknown as { prepareStackTrace?: unknown }
    if (typeof prepareStackTrace === 'function') return apply(prepareStackTrace as Prepare, ErrorOfRealm, [error, sites])
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
      const constructor: unknown = top === null ? undefined : getOwnPropertyDescriptor(top, 'constructor')?.value
      return typeof constructor === 'function' ? { Error: constructor as { prepareStackTrace?: Prepare } } : {}
    }
    top = each
  }
  return globalThis as unknown as GlobalOfError
}

/** Variables of `node:internal/errors`. */
export interface NodesOverrides {
  readonly overrides: Overrides
  readonly byDefault: Prepare
}

/**
 * V8's inspector finds them in the scope of Node's own `Error.prepareStackTrace` (Node 20 to 26), or, if the program has
 * replaced that, of a method of Node's errors. That takes 2 ms, once.
 *
 * @returns null without an inspector, and if Node no longer has these variables.
 */
export function findOverrides(): NodesOverrides | null {
  try {
    const prepare: unknown = getOwnPropertyDescriptor(ErrorOfRealm, 'prepareStackTrace')?.value
    return (typeof prepare === 'function' ? overridesIn(prepare, prepare as Prepare) : null) ?? overridesIn(toStringOfNode())
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
