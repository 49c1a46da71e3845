import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { noteRequest } from '../record/request-times.js'
import type { Undo } from './patch.js'

/**
 * Node publishes each request here, with the message, before the program hears of it (Node 20 to 26). `start` of a client's
 * is when it is sent, `created` is from Node 22 on. undici and `fetch` publish theirs as well.
 */
const CHANNELS = [
  ...['http.server.request.start', 'http.client.request.created', 'http.client.request.start'],
  'undici:request:create',
]

/** When HTTP requests begin: Node keeps that nowhere. */
export function watchHttpRequests(isOn: () => boolean): Undo[] {
  const onRequest = (published: unknown) => {
    if (isOn()) noteRequest((published as { readonly request?: unknown } | null)?.request)
  }
  return CHANNELS.map((name) => {
    subscribe(name, onRequest)
    return () => {
      unsubscribe(name, onRequest)
    }
  })
}
