import type { WaitGraph } from '../model/wait-graph.js'
import { type Inspector, openInspector } from './inspector.js'
import { factsOf, type ProcessFacts } from './process-facts.js'
import { Target } from './target.js'
import { captureThread } from './thread-capture.js'

export interface AttachOptions {
  readonly timeoutMs: number
  readonly force: boolean
  readonly threads: boolean
  /** Told what is being done, for a person who waits. */
  readonly onProgress: (step: string) => void
}

/** What waits for what in a process that need not have loaded anything. */
export async function captureGraphOf(pid: number, options: AttachOptions): Promise<WaitGraph> {
  return withInspector(pid, options, async (target, inspector) => {
    options.onProgress('reading the heap')
    const { graph } = await captureThread(target, 0, !inspector.hasOthers(), options.timeoutMs)
    return graph
  })
}

/** Opens the inspector of a process, and leaves the process as it was whatever happens. */
async function withInspector<T>(
  pid: number,
  options: AttachOptions,
  ask: (target: Target, inspector: Inspector, facts: ProcessFacts) => Promise<T>,
): Promise<T> {
  const facts = factsOf(pid)
  options.onProgress(`attaching to process ${pid}`)
  const inspector = await openInspector(facts, options.timeoutMs)
  const target = new Target(inspector.session)
  try {
    return await ask(target, inspector, facts)
  } finally {
    await target.release().catch(() => undefined)
    // Forgets the numbers that V8 gave to every object.
    await inspector.session.call('HeapProfiler.disable').catch(() => undefined)
    await inspector.leave()
  }
}
