import type { MessageNumbers } from '../model/request-facts.js'

/**
 * Reads what is written on the sockets of HTTP messages. It is called in this process, and sent as text to others, so it
 * may refer to nothing but its arguments. Only own data properties and Node's native methods are read: no code of the
 * program's runs (Node 20 to 26).
 */
export function readMessageNumbers(sockets: readonly unknown[]): MessageNumbers[] {
  const isObject = (value: unknown): value is object =>
    (typeof value === 'object' && value !== null) || typeof value === 'function'
  const own = (object: unknown, key: PropertyKey): unknown =>
    isObject(object) ? Object.getOwnPropertyDescriptor(object, key)?.value : undefined
  const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0)
  /** The native object, if that is what it says: written in C++. */
  const handleOf = (socket: unknown): object | null => {
    const symbols = isObject(socket) ? Object.getOwnPropertySymbols(socket) : []
    const symbol = symbols.find(({ description }) => description === 'kHandle')
    const handle = own(socket, '_handle') ?? (symbol === undefined ? null : own(socket, symbol))
    if (!isObject(handle)) return null
    const maker = own(Object.getPrototypeOf(handle), 'constructor')
    const name = own(maker, 'name')
    const text = typeof maker === 'function' ? Function.prototype.toString.call(maker) : ''
    return text === `function ${String(name)}() { [native code] }` ? handle : null
  }
  const addressOf = (handle: object | null, method: 'getsockname' | 'getpeername'): string | null => {
    const out: { address?: string; port?: number; family?: string } = {}
    try {
      const read = handle === null ? undefined : (handle as Record<string, unknown>)[method]
      if (typeof read !== 'function' || Reflect.apply(read, handle, [out]) !== 0 || out.address === undefined)
        return null
    } catch {
      return null
    }
    return out.family === 'IPv6' ? `[${out.address}]:${out.port}` : `${out.address}:${out.port}`
  }
  return sockets.map((socket) => {
    const handle = handleOf(socket)
    const message = own(socket, '_httpMessage')
    const header = own(message, '_header')
    const waiting = numberOf(own(message, 'outputSize')) + numberOf(own(own(socket, '_writableState'), 'length'))
    const { writeQueueSize, bytesWritten } = (handle ?? {}) as { writeQueueSize?: unknown; bytesWritten?: unknown }
    const unsentBytes = Math.max(waiting, numberOf(writeQueueSize))
    const isFirst = own(message, 'reusedSocket') === false && typeof header === 'string'
    const isCounted = isFirst && unsentBytes === 0 && typeof bytesWritten === 'number'
    return {
      unsentBytes: handle === null ? null : unsentBytes,
      bodyBytes: isCounted ? Math.max(0, bytesWritten - header.length) : null,
      local: addressOf(handle, 'getsockname'),
      remote: addressOf(handle, 'getpeername'),
    }
  })
}
