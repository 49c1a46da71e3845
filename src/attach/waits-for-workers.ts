import type { WaitGraph, WaitNode } from '../model/wait-graph.js'

/** More workers than these are asked only if somebody wants them: each stands still for its answer. */
const MOST_WORKERS = 8

/**
 * Whether a thread waits for its workers, which then tell why: they are asked without being wanted. What it keeps a `resolve`
 * function for may well be the answer of a worker.
 */
export function waitsForWorkers({ nodes }: WaitGraph, workers: number): boolean {
  const mayBeOfWorker = ({ leaf }: WaitNode) => leaf?.isOfWorker === true || leaf?.kind === 'promise'
  return workers > 0 && workers <= MOST_WORKERS && nodes.some(mayBeOfWorker)
}
