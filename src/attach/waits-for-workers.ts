import type { WaitGraph } from '../model/wait-graph.js'

/** More workers than these are asked only if somebody wants them: each stands still for its answer. */
const MOST_WORKERS = 8

/** Whether a thread waits for its workers, which then tell why: they are asked without being wanted. */
export function waitsForWorkers({ nodes }: WaitGraph, workers: number): boolean {
  return workers > 0 && workers <= MOST_WORKERS && nodes.some(({ leaf }) => leaf?.isOfWorker === true)
}
