import { threadId } from 'node:worker_threads'
import type { Site } from '../engine/call-sites.js'
import { sourceLine } from '../engine/source-text.js'
import type { SourceFrame, TaskDump, TaskInfo } from '../model/task-dump.js'
import { originOfResource } from '../record/recorder.js'
import { type Chain, Chains } from './chains.js'
import { creationOfTask } from './creation-path.js'
import { frameAt } from './frame-at.js'
import { leafOf } from './leaves.js'
import { type PresentWaits, presentWaits } from './present-waits.js'

/** Every pending task of this thread. Nothing of the program's runs, and nothing of ours is listed. */
export function dumpTasks(includeStacks: boolean): TaskDump {
  const takenAtMs = Date.now()
  const startedMs = performance.now()
  const waits = presentWaits()
  const chains = new Chains(waits)
  const tasks = chains.all.flatMap((chain) => {
    const info = infoOf(chain, chains, waits, takenAtMs, includeStacks)
    return info === null ? [] : [info]
  })
  const pauseMs = performance.now() - startedMs
  const name = threadId === 0 ? 'main' : `worker ${threadId}`
  const thread = Object.freeze({ threadId, name, state: 'answered', pauseMs, stack: Object.freeze([]) } as const)
  return Object.freeze({
    version: 1,
    pid: process.pid,
    takenAtMs,
    threads: Object.freeze([thread]),
    tasks: Object.freeze(tasks),
  })
}

function infoOf(
  chain: Chain,
  chains: Chains,
  waits: PresentWaits,
  takenAtMs: number,
  includeStacks: boolean,
): TaskInfo | null {
  const sites = chain.waits.map((wait) => waits.placeOf(wait))
  const shown = sites.filter((site) => site !== null && !site.isInternal) as Site[]
  // Node's own: nobody of the program's called it.
  if (shown.length === 0 && sites.some((site) => site?.isInternal === true)) return null
  const { task, innermost } = chain
  const [outermost] = shown
  const frames = shown.map(sourceFrame)
  return Object.freeze({
    task,
    state: waits.isPending(innermost.on) ? 'PENDING' : 'READY',
    functionExecuting: outermost?.name ?? '<unknown>',
    currentFrame: frames.at(-1) ?? null,
    ageMs: Math.max(0, takenAtMs - task.createdAtMs),
    waitingOn: leafOf(innermost.on, waits, chains),
    ...(includeStacks && {
      stack: Object.freeze(frames),
      createdPath: Object.freeze(creationOfTask(originOfResource(innermost.waiter), task)),
    }),
  } as const)
}

function sourceFrame(site: Site): SourceFrame {
  const frame = frameAt(site, '')
  const source = frame.filename === null || frame.line === null ? null : sourceLine(frame.filename, frame.line)
  return Object.freeze({ ...frame, source })
}
