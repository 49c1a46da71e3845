import { type MessagePort, workerData } from 'node:worker_threads'
import { readHeapOf } from './own-heap-reading.js'

/** In the thread that reads the heap of another thread of this process, which waits for it meanwhile (`walk/own-memory.ts`). */
export function answerOtherThread(): void {
  const { port, signal, question } = workerData as {
    readonly port: MessagePort
    readonly signal: Int32Array
    readonly question: Parameters<typeof readHeapOf>[0]
  }
  try {
    port.postMessage({ answer: readHeapOf(question) })
  } catch (error) {
    port.postMessage({ trouble: error instanceof Error ? error.message : String(error) })
  }
  port.close()
  Atomics.store(signal, 0, 1)
  Atomics.notify(signal, 0)
}
