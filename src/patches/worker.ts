import workerThreads from 'node:worker_threads'
import { construct } from '../engine/primordials.js'
import { type AnyConstructor, replaceConstructor, type Undo } from './patch.js'

/** Makes a worker from arguments that it may change. */
export type StartWorker = (construct: (args: readonly unknown[]) => object, args: readonly unknown[]) => object

/** `new Worker`: the thread is traced from its first line on. */
export function patchWorker(isOn: () => boolean, start: StartWorker): Undo[] {
  const { Worker } = workerThreads
  const constructTraced = (target: AnyConstructor, args: unknown[], newTarget: AnyConstructor): object =>
    isOn()
      ? start((changed) => construct(target, changed, newTarget) as object, args)
      : (construct(target, args, newTarget) as object)
  return [replaceConstructor(Worker as AnyConstructor, [[workerThreads, 'Worker']], { construct: constructTraced })]
}
