import { NO_NUMBERS, serverRequest } from '../model/request-facts.js'
import { builtinModule } from './builtin-modules.js'
import { liveObjects } from './live-objects.js'
import type { OpenMessage } from './open-messages.js'
import { ownValue } from './own-value.js'

/**
 * The HTTP/2 requests that this thread's servers have not answered in full (Node 20 to 26). Nothing leads from a server to its
 * streams: where one listens, they are looked for among all live objects, which costs a collection.
 *
 * @param active Node's active handles.
 */
export function openHttp2Requests(active: readonly object[]): OpenMessage[] {
  if (!active.some(isHttp2Server)) return []
  const { Http2ServerRequest } = builtinModule<{ Http2ServerRequest: { prototype: object } }>('http2')
  const [requests = []] = liveObjects([Http2ServerRequest.prototype])
  return requests.flatMap((incoming) => {
    const stream = bySymbol(incoming, 'stream')
    if (!isObject(stream) || !isObject(bySymbol(stream, 'kHandle'))) return []
    const headers = bySymbol(incoming, 'headers')
    const response = bySymbol(stream, 'response')
    const facts = serverRequest({
      method: textOf(ownValue(headers, ':method')),
      url: textOf(ownValue(headers, ':path')),
      originalUrl: textOf(ownValue(incoming, 'originalUrl')),
      isAnswering: isObject(bySymbol(stream, 'sent-headers')),
      isComplete: true,
      numbers: NO_NUMBERS,
    })
    return [{ facts, message: isObject(response) ? response : stream, incoming }]
  })
}

function isHttp2Server(handle: object): boolean {
  const name = ownValue(ownValue(Object.getPrototypeOf(handle), 'constructor'), 'name')
  return name === 'Http2Server' || name === 'Http2SecureServer'
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function bySymbol(object: object, description: string): unknown {
  const symbol = Object.getOwnPropertySymbols(object).find((each) => each.description === description)
  return symbol === undefined ? undefined : ownValue(object, symbol)
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
