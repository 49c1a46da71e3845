import type { WaitGraph } from '../model/wait-graph.js'

/** Whether what its functions wait for explains that a process lives. */
export function isKeptAliveBy({ nodes, cycles }: WaitGraph): boolean {
  return cycles.length > 0 || nodes.some(({ leaf }) => leaf !== null && leaf.kind !== 'promise')
}
