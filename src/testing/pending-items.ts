import type { Paths } from '../format/frame-text.js'
import { programFrames } from '../format/program-frames.js'
import { callLines, openThingText } from '../format/test-report-text.js'
import { varyingLabel } from '../format/varying-label.js'
import type { KeptAlive } from '../model/kept-alive.js'
import type { Leaf } from '../model/leaf.js'
import { isProgramFrame } from '../model/package-of.js'
import type { TaskInfo } from '../model/task-dump.js'

/** Something that is pending, as text. */
export interface PendingItem {
  /** The same at another time if nothing about it has changed. */
  readonly key: string
  readonly lines: readonly string[]
}

/** Pending functions of the program and what they wait for; those of the runner are left out. */
export function taskItems(tasks: readonly TaskInfo[], paths: Paths): PendingItem[] {
  const oldestFirst = [...tasks].sort((a, b) => a.task.createdAtMs - b.task.createdAtMs)
  return oldestFirst.flatMap(({ task, stack = [], waitingOn }) => {
    if (!stack.some(isProgramFrame)) return []
    const { createdAt } = task
    const calledAt = createdAt !== null && task.kind !== 'root' && isProgramFrame(createdAt) ? createdAt : null
    const waitsFor = waitingOn === null ? [] : [{ via: null, leaf: waitingOn, source: null }]
    const lines = callLines({ frames: programFrames(stack), isTestItself: false, calledAt, waitsFor }, paths)
    return [{ key: `${task.id} ${lines[0]} ${steadyLabel(waitingOn)}`, lines }]
  })
}

/** Timers, sockets, servers, child processes and workers that the program made and that keep the event loop alive. */
export function openItems(keptAlive: readonly KeptAlive[], paths: Paths): PendingItem[] {
  return keptAlive.flatMap(({ leaf }) => {
    if (leaf.createdAt === null || !isProgramFrame(leaf.createdAt)) return []
    const text = openThingText({ leaf, isOfPackage: false }, paths)
    return [{ key: `${steadyLabel(leaf)} ${text}`, lines: [`  ${text}`] }]
  })
}

function steadyLabel(leaf: Leaf | null): string {
  return leaf === null ? '' : varyingLabel(leaf.kind, leaf.label, () => '…')
}
