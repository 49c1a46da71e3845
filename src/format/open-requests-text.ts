import { durationText } from '../model/duration-text.js'
import type { OpenRequest } from '../model/open-request.js'
import { isProgramFrame } from '../model/package-of.js'
import type { WaitNode } from '../model/wait-graph.js'
import { counted, timesText } from './counted-text.js'
import { frameText, type Paths } from './frame-text.js'
import { grouped } from './grouped.js'
import { ownSides, type ShownRequest } from './own-requests.js'
import { printable } from './printable.js'
import { stateText } from './request-state-text.js'

/** A longer list ends with the number of those left out. */
const MOST_GROUPS = 6

/** A younger request is no news: it is in progress. */
const NEWS_AFTER_MS = 1000

/** What is told of the nodes that have a request's response. */
export interface RequestContext {
  readonly paths: Paths
  readonly nodes: ReadonlyMap<number, WaitNode>
  /** The program's innermost function of a node, and the outermost. */
  readonly placeOf: (node: WaitNode) => string
}

/**
 * The HTTP requests without a complete answer, in words: those that have no answer at all first, the oldest of them first.
 * Those that began less than a second ago are counted in the end. Pure.
 */
export function openRequestLines(requests: readonly OpenRequest[], context: RequestContext): string[] {
  const [shown, young] = parted(ownSides(requests), ({ ageMs }) => ageMs === null || ageMs >= NEWS_AFTER_MS)
  const [server, client] = parted(shown, ({ side }) => side === 'server')
  const [answering, unanswered] = parted(server, ({ state }) => state === 'answering')
  return [
    ...section(unanswered, (count) => `${counted(count, 'HTTP request')} unanswered`, context),
    ...section(answering, (count) => `${counted(count, 'HTTP answer')} not complete`, context),
    ...section(client, (count) => `${counted(count, 'outgoing HTTP request')} without a complete answer`, context),
    ...(young.length === 0 ? [] : [`${counted(young.length, 'HTTP request')} in progress, younger than 1 s`]),
  ]
}

function parted<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))]
}

function section(requests: readonly ShownRequest[], headed: (count: number) => string, context: RequestContext) {
  if (requests.length === 0) return []
  const heading = headed(requests.length)
  const groups = [...alikeIn(requests, context)]
    .sort(([a, ofA], [b, ofB]) => oldestOf(ofB) - oldestOf(ofA) || ofB.length - ofA.length || a.localeCompare(b))
    .map(([, group]) => group)
  const lines = groups.map((group) => groupText(group, context))
  if (lines.length === 1) return [`${heading}: ${lines[0]}`]
  const shown = lines.map((line, i) => `  ${timesText(groups[i]?.length ?? 1)}${line}`)
  const more = shown.length - MOST_GROUPS
  if (more <= 1) return [`${heading}:`, ...shown]
  return [`${heading}:`, ...shown.slice(0, MOST_GROUPS), `  and ${counted(more, 'more')}`.replace(/s$/, '')]
}

/**
 * Those of one path together. If these are too many, those of one place, or whose paths differ in numbers only: paths often have
 * the ids of orders or users in them.
 */
function alikeIn(requests: readonly ShownRequest[], context: RequestContext): ReadonlyMap<string, ShownRequest[]> {
  const ofPaths = grouped(requests, (request) => keyOf(request, context))
  if (ofPaths.size <= MOST_GROUPS) return ofPaths
  const likePath = (request: ShownRequest) => {
    return { ...request, path: whereText(request, context) === '' ? withoutIds(request.path) : null }
  }
  return grouped(requests, (request) => keyOf(likePath(request), context))
}

function withoutIds(path: string | null): string | null {
  return path?.replace(/[^/]*\d[^/]*/g, '…') ?? null
}

function keyOf(request: ShownRequest, context: RequestContext): string {
  const { side, state, missingBytes, isOwn } = request
  return JSON.stringify([side, nameText(request), state, missingBytes, isOwn, whereText(request, context)])
}

function groupText(group: readonly ShownRequest[], context: RequestContext): string {
  const [first] = group
  if (first === undefined) return ''
  const oldest = oldestOf(group)
  const age = oldest < 0 ? null : `${group.length > 1 ? 'oldest ' : 'for '}${durationText(oldest)}`
  const others = new Set(group.map(({ path }) => path)).size - 1
  const name = others === 0 ? nameText(first) : `${nameText(first)} and ${counted(others, 'other path')}`
  const parts = [name, stateText(first), ownText(first), age, whereText(first, context)]
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

function ownText({ side, isOwn }: ShownRequest): string | null {
  if (!isOwn) return null
  return side === 'server' ? 'sent by this process itself' : 'to this process itself'
}

/** The program's own functions only: one of a package is not where to look. */
function whereText({ lastIn, nodeIds }: OpenRequest, { paths, nodes, placeOf }: RequestContext): string {
  const having = nodeIds.flatMap((id) => nodes.get(id) ?? []).filter(({ stack }) => stack.some(isProgramFrame))
  const places = new Set(having.map(placeOf))
  const [place] = places
  if (place !== undefined) return `in ${place}${places.size > 1 ? ` and ${places.size - 1} more` : ''}`
  return lastIn === null ? '' : `last in ${frameText(lastIn, paths)}`
}
