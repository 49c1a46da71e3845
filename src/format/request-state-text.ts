import type { OpenRequest } from '../model/open-request.js'
import { bytesText } from './bytes-text.js'

/** How far a request has come; null where the heading says it. */
export function stateText({ side, state, missingBytes }: OpenRequest): string | null {
  if (side === 'server') return state === 'arriving' ? 'its body has not arrived to the end' : null
  switch (state) {
    case 'queued':
      return 'queued in its Agent for a free socket'
    case 'connecting':
      return 'connecting'
    case 'securing':
      return 'in the TLS handshake'
    case 'sending':
      return 'its body is not complete: end() was not called'
    case 'blocked':
      return `not sent: ${missingBytes === undefined ? 'it waits' : `${bytesText(missingBytes)} wait`} until the connection takes more`
    case 'short':
      return `ended without ${missingBytes === undefined ? 'all' : bytesText(missingBytes)} of its body, which the server waits for`
    case 'ended':
      return 'ended, no answer'
    case 'receiving':
      return 'its answer has begun, and has not been read to the end'
    default:
      return 'sent, no answer'
  }
}
