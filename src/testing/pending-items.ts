import { frameText, type Paths } from '../format/frame-text.js'
import { printable } from '../format/printable.js'
import { programFrames } from '../format/program-frames.js'
import { varyingLabel } from '../format/varying-label.js'
import type { KeptAlive } from '../model/kept-alive.js'
import type { TaskInfo } from '../model/task-dump.js'

/** Something that is pending, as text. */
export interface PendingItem {
  /** The same at another time if nothing about it has changed. */
  readonly key: string
  readonly lines: readonly string[]
}

/** A pending task: its functions, and what it waits for. */
export function taskItem({ task, stack = [], waitingOn }: TaskInfo, paths: Paths): PendingItem {
  const frames = programFrames(stack).map((frame) => frameText(frame, paths))
  const created =
    task.createdAt === null || task.kind === 'root' ? '' : `, called at ${frameText(task.createdAt, paths)}`
  const chain = `${frames.length === 0 ? printable(task.name) : frames.join(' → ')}${created}`
  const label = printable(waitingOn?.label ?? 'unknown')
  const leafKey = waitingOn === null ? '' : varyingLabel(waitingOn.kind, waitingOn.label, () => '…')
  const made = waitingOn?.createdAt == null ? '' : `, made by ${frameText(waitingOn.createdAt, paths)}`
  return { key: `${task.id} ${chain} ${leafKey}`, lines: [chain, `  waits for ${label}${made}`] }
}

/** A timer, socket, server, child process or worker that keeps the event loop alive. */
export function openItem({ leaf }: KeptAlive, paths: Paths): PendingItem {
  const made = leaf.createdAt === null ? '' : `, made by ${frameText(leaf.createdAt, paths)}`
  const key = `${varyingLabel(leaf.kind, leaf.label, () => '…')}${made}`
  return { key, lines: [`${printable(leaf.label)}${made}`] }
}
