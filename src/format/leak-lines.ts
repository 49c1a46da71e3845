import type { WaitGraph } from '../model/wait-graph.js'
import { findingsOf } from './findings.js'
import type { Paths } from './frame-text.js'
import { contextOf, findingLines } from './summary-text.js'

/**
 * Functions that will never continue, what can no longer happen and is waited for, and resources of which parts are held by nobody;
 * says so if there is none.
 */
export function leakLines(graph: WaitGraph, paths: Paths): string[] {
  const context = contextOf(graph, paths)
  const leaks = findingsOf(graph).filter((finding) => {
    return (
      finding.kind === 'lost' ||
      finding.kind === 'never' ||
      (finding.kind === 'queue' && finding.use.holders.some(({ state }) => state === 'leaked'))
    )
  })
  const lines = leaks.flatMap((finding) => findingLines(finding, context))
  return lines.length > 0
    ? lines
    : [
        'No lost function, no wait for something that can no longer happen, and no leaked part of a pool or lock was found.',
      ]
}
