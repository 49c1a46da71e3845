import type * as DiagnosticsChannel from 'node:diagnostics_channel'
import type * as Fs from 'node:fs'
import type * as Inspector from 'node:inspector'
import workerThreads, { type TransferListItem, type Worker } from 'node:worker_threads'
import { builtinModule } from '../engine/builtin-modules.js'
import { withOriginalBuiltins } from '../engine/original-builtins.js'
import { ownFile } from '../engine/own-files.js'
import { atomicWait } from '../engine/primordials.js'
import { mute } from '../record/recorder.js'
import { HELD, type HeapAnswer, type HeapQuestion, type HeldArrays } from './heap-answer.js'

/** Node's own: our patch of it makes workers load the tracer. */
const { Worker: NodeWorker, MessageChannel, receiveMessageOnPort } = workerThreads
const READER = ownFile('threads/heap-reader.cjs')
/** No heap takes so long: the other thread does not come to run. */
const MOST_MS = 60_000

/** Why the memory of this thread is not read; null where that can be tried. */
export function whyNoMemory(): string | null {
  if (process.platform !== 'linux') return 'memory is read on Linux only'
  if (READER === null) return 'async-trace is part of a bundle, without its own files'
  const { permission } = process as { permission?: { has(scope: string): boolean } }
  if (permission !== undefined) return 'the permission model is on'
  // A debugger may have new threads wait for it, and the answer to that would come to this one.
  if (builtinModule<typeof Inspector | undefined>('node:inspector')?.url() !== undefined) return 'an inspector is open'
  // It would be told of our thread.
  if (process.listenerCount('worker') > 0) return "the program listens to 'worker'"
  const { hasSubscribers } = builtinModule<typeof DiagnosticsChannel>('node:diagnostics_channel')
  return hasSubscribers('worker_threads') ? 'the program is told of new threads' : null
}

/**
 * The threads that read memory and have not ended yet. Node's inspector ends the process if it lists the workers of a process at the
 * moment at which one of them ends: our own are waited for (seen on Node 20).
 */
class Readers {
  readonly #workers = new Set<Worker>()
  /** As long as there are none, no builtin is called, which the program may have replaced. */
  #count = 0
  #waiting: (() => void)[] = []

  begun(worker: Worker): void {
    this.#count++
    this.#workers.add(worker)
    worker.on('exit', () => {
      const waiting = withOriginalBuiltins(() => this.#ended(worker))
      for (let i = 0; i < waiting.length; i++) waiting[i]?.()
    })
  }

  /** At once if there are none. Until then they keep the process alive; if it ends all the same, this is never called. */
  whenEnded(run: () => void): void {
    if (this.#count === 0) {
      run()
      return
    }
    withOriginalBuiltins(() => {
      for (const worker of this.#workers) worker.ref()
      this.#waiting.push(run)
    })
  }

  #ended(worker: Worker): readonly (() => void)[] {
    this.#count--
    this.#workers.delete(worker)
    if (this.#count > 0) return []
    const waiting = this.#waiting
    this.#waiting = []
    return waiting
  }
}

export const readers = new Readers()

/**
 * Has another thread read the memory of this one, which waits for it: nothing is collected and nothing moves.
 *
 * @throws {Error} that says why it could not be read.
 */
export function readOwnMemory(
  arrays: HeldArrays<readonly object[]>,
  about: Omit<HeapQuestion, 'token' | 'threadId'>,
): HeapAnswer {
  const { readlinkSync } = builtinModule<typeof Fs>('node:fs')
  const threadId = Number(/\/task\/(\d+)$/.exec(readlinkSync('/proc/thread-self'))?.[1])
  const token = Math.floor(Math.random() * 2 ** 30)
  const held = { [HELD]: arrays, token }
  const signal = new Int32Array(new SharedArrayBuffer(4))
  const before = mute(true)
  const { port1, port2 } = new MessageChannel()
  let worker: Worker | null = null
  try {
    worker = new NodeWorker(READER as string, {
      workerData: { port: port2, signal, question: { ...about, token, threadId } },
      transferList: [port2 as unknown as TransferListItem],
      // Nothing of the program's, nor the tracer, is loaded there, and nothing of it is printed.
      ...{ env: {}, execArgv: [], stdout: true, stderr: true, trackUnmanagedFds: false },
    })
    worker.unref()
    // Else it would be an uncaught exception of the program's.
    worker.on('error', () => {})
    readers.begun(worker)
    atomicWait(signal, 0, 0, MOST_MS)
    const told = receiveMessageOnPort(port1)?.message as { answer?: HeapAnswer; trouble?: string } | undefined
    if (held[HELD] !== arrays || told?.answer === undefined) throw new Error(told?.trouble ?? 'no answer in 60 s')
    return told.answer
  } catch (error) {
    // Else it ends by itself. What Node.js promises here is pending for a while, and would be among what is pending.
    void worker?.terminate()
    throw error
  } finally {
    port1.close()
    mute(before)
  }
}
