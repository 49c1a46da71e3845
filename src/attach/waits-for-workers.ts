import type { WaitGraph, WaitNode } from '../model/wait-graph.js'

/** More workers than these are asked only if somebody wants them: each stands still for its answer. */
const MOST_WORKERS = 8

/**
 * Whether a thread waits for its workers, which then tell why: they are asked without being wanted.
 *
 * @param isCheap they need not stand still for a heap snapshot: what the thread keeps a `resolve` function for may be the answer of
 * a worker, too.
 */
export function waitsForWorkers({ nodes }: WaitGraph, workers: number, isCheap: boolean): boolean {
  const mayBeOfWorker = ({ leaf }: WaitNode) => leaf?.isOfWorker === true || (isCheap && leaf?.kind === 'promise')
  return workers > 0 && workers <= MOST_WORKERS && nodes.some(mayBeOfWorker)
}
