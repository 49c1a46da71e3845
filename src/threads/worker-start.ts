import type { MessagePort } from 'node:worker_threads'
import { joined, slice } from '../engine/lists.js'
import { publicPort } from '../engine/message-delivery.js'
import { setEnvironmentData } from '../engine/node-primordials.js'
import { readable, withProperties } from '../engine/option-objects.js'
import { ownWorkers } from '../engine/own-workers.js'
import { keys } from '../engine/primordials.js'
import { epochMs } from '../engine/real-clock.js'
import { countFault } from '../record/faults.js'
import { samplingRate } from '../record/sampling.js'
import { addEnd, forgetEnd } from './channel-ends.js'
import { encodePath } from './coded-path.js'
import { codeForWorker, type WantedCode } from './compiled-code.js'
import { memory } from './memory.js'
import { presentPath } from './outgoing-path.js'
import { mayPreload } from './preload-flag.js'
import { portStates, transferredPorts } from './travelling-ports.js'
import { type WorkerOptions, workerOptions } from './worker-options.js'

/** What a worker is given before its first line. It is gone by the time the program looks. */
export interface ThreadStart {
  readonly buffer: SharedArrayBuffer
  /** The tracer's own code as V8 has compiled it in an earlier worker. */
  readonly code: Uint8Array | null
  /** Where it is to be put, by the first worker that is asked. */
  readonly codeWanted: WantedCode | null
  /** The end of the channel behind the worker's `parentPort`. */
  readonly end: number
  /** The ports in `workerData`, as in a message. */
  readonly ports: readonly number[]
  /** Where the worker was made. */
  readonly path: readonly number[]
  readonly createdAtMs: number
  readonly name: string | null
  /** The share of root tasks that is followed. */
  readonly sample: number
  readonly shown: Omit<WorkerOptions, 'replaced'>
}

export const THREAD_START = 'async-trace.thread'

/** Makes a worker that is traced from its first line; if that would change the worker, one as it was asked for. */
export function startWorker(construct: (args: readonly unknown[]) => object, args: readonly unknown[]): object {
  const start = prepare(args)
  const worker = start === null ? construct(args) : constructTraced(construct, start)
  try {
    ownWorkers.add(worker, start?.data.name ?? null, start !== null)
    if (start === null) return worker
    const port = publicPort(worker)
    if (port !== null) addEnd(port, start.data.end ^ 1)
    for (let i = 0; i < start.ports.length; i++) forgetEnd(start.ports[i] as MessagePort)
  } catch (error) {
    countFault(error)
  }
  return worker
}

interface Start {
  readonly args: readonly unknown[]
  readonly data: ThreadStart
  readonly ports: readonly MessagePort[]
}

function prepare(args: readonly unknown[]): Start | null {
  try {
    const options = args[1]
    if (options !== undefined && (typeof options !== 'object' || options === null)) return null
    const changed = mayPreload() ? workerOptions(options) : null
    if (changed === null) return null
    const { replaced, ...shown } = changed
    const name = readable(options, 'name')?.value
    const workerData = readable(options, 'workerData')?.value
    const ports = transferredPorts(workerData, readable(options, 'transferList')?.value)
    const data: ThreadStart = {
      buffer: memory().buffer,
      ...codeForWorker(),
      end: memory().nextChannel() * 2 + 1,
      ports: portStates(ports),
      path: encodePath(memory(), presentPath(startWorker)),
      createdAtMs: epochMs(),
      name: typeof name === 'string' && name !== '' ? name : null,
      sample: samplingRate(),
      shown,
    }
    const isAsGiven = keys(replaced).length === 0
    const changedArgs = isAsGiven ? args : joined([args[0], withProperties(options, replaced)], slice(args, 2))
    return { args: changedArgs, data, ports }
  } catch (error) {
    countFault(error)
    return null
  }
}

function constructTraced(construct: (args: readonly unknown[]) => object, { args, data }: Start): object {
  setEnvironmentData(THREAD_START, data as never)
  try {
    return construct(args)
  } finally {
    setEnvironmentData(THREAD_START, undefined as never)
  }
}
