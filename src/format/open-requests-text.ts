import { durationText } from '../model/duration-text.js'
import type { OpenRequest } from '../model/open-request.js'
import type { WaitNode } from '../model/wait-graph.js'
import { counted } from './counted-text.js'
import { frameText, type Paths } from './frame-text.js'
import { grouped } from './grouped.js'
import { printable } from './printable.js'

/** A longer list ends with the number of those left out. */
const MOST_GROUPS = 6

/** What is told of the nodes that have a request's response. */
export interface RequestContext {
  readonly paths: Paths
  readonly nodes: ReadonlyMap<number, WaitNode>
  /** The program's innermost function of a node, and the outermost. */
  readonly placeOf: (node: WaitNode) => string
}

/** The HTTP requests without a complete answer, in words: those that have no answer at all first. Pure. */
export function openRequestLines(requests: readonly OpenRequest[], context: RequestContext): string[] {
  const server = requests.filter(({ side }) => side === 'server')
  const client = requests.filter(({ side }) => side === 'client')
  const unanswered = server.filter(({ state }) => state !== 'answering')
  const answering = server.filter(({ state }) => state === 'answering')
  return [
    ...section(unanswered, `${counted(unanswered.length, 'HTTP request')} unanswered`, context),
    ...section(answering, `${counted(answering.length, 'HTTP answer')} not complete`, context),
    ...section(client, `${counted(client.length, 'HTTP request')} to other servers without a complete answer`, context),
  ]
}

function section(requests: readonly OpenRequest[], heading: string, context: RequestContext): string[] {
  if (requests.length === 0) return []
  const groups = [...grouped(requests, (request) => keyOf(request, context))]
    .sort(([a, ofA], [b, ofB]) => ofB.length - ofA.length || oldestOf(ofB) - oldestOf(ofA) || a.localeCompare(b))
    .map(([, group]) => group)
  const lines = groups.map((group) => groupText(group, context))
  if (lines.length === 1) return [`${heading}: ${lines[0]}`]
  const shown = lines.map((line, i) => `  ${timesText(groups[i]?.length ?? 1)}${line}`)
  const more = shown.length - MOST_GROUPS
  if (more <= 1) return [`${heading}:`, ...shown]
  return [`${heading}:`, ...shown.slice(0, MOST_GROUPS), `  and ${counted(more, 'more')}`.replace(/s$/, '')]
}

function keyOf(request: OpenRequest, context: RequestContext): string {
  return JSON.stringify([request.side, nameText(request), request.state, whereText(request, context)])
}

function groupText(group: readonly OpenRequest[], context: RequestContext): string {
  const [first] = group
  if (first === undefined) return ''
  const oldest = oldestOf(group)
  const age = oldest < 0 ? null : `${group.length > 1 ? 'oldest ' : 'for '}${durationText(oldest)}`
  const parts = [nameText(first), stateText(first), age, whereText(first, context)]
  return parts.filter((part) => part !== null && part !== '').join(', ')
}

/** Below 0 if no age is known. */
function oldestOf(group: readonly OpenRequest[]): number {
  return Math.max(...group.map(({ ageMs }) => ageMs ?? -1))
}

/** `GET /orders`, `GET 10.0.0.7:8080/prices`. */
function nameText({ method, host, path }: OpenRequest): string {
  const what = `${host ?? ''}${path ?? ''}`
  return printable([method ?? '', what].filter((part) => part !== '').join(' ')) || 'an HTTP request'
}

function stateText({ side, state }: OpenRequest): string | null {
  if (side === 'server') return state === 'arriving' ? 'its body has not arrived to the end' : null
  switch (state) {
    case 'queued':
      return 'queued in its Agent for a free socket'
    case 'connecting':
      return 'connecting'
    case 'sending':
      return 'its body has not been sent to the end'
    case 'receiving':
      return 'its answer has begun, and has not been read to the end'
    default:
      return 'sent, no answer'
  }
}

function whereText({ lastIn, nodeIds }: OpenRequest, { paths, nodes, placeOf }: RequestContext): string {
  const places = new Set(nodeIds.flatMap((id) => nodes.get(id) ?? []).map(placeOf))
  const [place] = places
  if (place !== undefined) return `in ${place}${places.size > 1 ? ` and ${places.size - 1} more` : ''}`
  return lastIn === null ? '' : `last in ${frameText(lastIn, paths)}`
}

function timesText(count: number): string {
  return count === 1 ? '' : `${count} × `
}
