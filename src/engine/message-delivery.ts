import { MessagePort } from 'node:worker_threads'
import { find } from './lists.js'
import { getOwnPropertyDescriptor, getOwnPropertySymbols, getProperty, uncurryGetter } from './primordials.js'

/**
 * Node's native code delivers a message by this method with three arguments, the third undefined; the
 * program's own `dispatchEvent` has an event there (Node 20 to 26).
 */
export const DISPATCH = Symbol.for('nodejs.internal.kHybridDispatch')

/** Whether these are the arguments of `DISPATCH` for a message that has arrived. */
export function isDelivery(args: readonly unknown[]): boolean {
  return args.length === 3 && args[2] === undefined && (args[1] === 'message' || args[1] === 'messageerror')
}

const nameOfSymbol = uncurryGetter<string | undefined>(
  getOwnPropertyDescriptor(Symbol.prototype, 'description')?.get,
) as unknown as (symbol: symbol) => string | undefined

/** The port behind `worker.postMessage`, which Node keeps under a symbol of this name (Node 20 to 26). */
export function publicPort(worker: object): MessagePort | null {
  const key = find(getOwnPropertySymbols(worker), (symbol) => nameOfSymbol(symbol) === 'kPublicPort')
  const port: unknown = key === undefined ? null : getProperty(worker, key)
  return port instanceof MessagePort ? port : null
}

/** Node hands messages between processes to `internalMessage` only if their `cmd` begins so (Node 20 to 26). */
export const INTERNAL_PREFIX = 'NODE_'
