import type { OpenRequest } from '../model/open-request.js'

/** A request; `isOwn`: its other side is this process too. */
export interface ShownRequest extends OpenRequest {
  readonly isOwn: boolean
}

/** What these say the server's side says too: its body has arrived, or what it has answered. */
const FOLDED: ReadonlySet<OpenRequest['state']> = new Set(['sent', 'ended', 'receiving'])

/**
 * Requests with a mark where the other side is this process too. Two sides of one request are one line, unless the client's
 * tells something of its own. Pure.
 */
export function ownSides(requests: readonly OpenRequest[]): ShownRequest[] {
  const servers = byConnection(requests, 'server')
  const clients = byConnection(requests, 'client')
  return requests.flatMap((request): ShownRequest[] => {
    const { side, connection = '' } = request
    const other = (side === 'server' ? clients : servers).get(connection)
    if (other === undefined || side === 'server') return [{ ...request, isOwn: other !== undefined }]
    // Ended on this side, and the other one still waits for its body.
    const state = request.state === 'ended' && other.state === 'arriving' ? 'short' : request.state
    return FOLDED.has(state) ? [] : [{ ...request, state, isOwn: true }]
  })
}

function byConnection(requests: readonly OpenRequest[], side: OpenRequest['side']): ReadonlyMap<string, OpenRequest> {
  const ofSide = requests.filter((request) => request.side === side)
  return new Map(ofSide.flatMap((each) => (each.connection === undefined ? [] : [[each.connection, each] as const])))
}
