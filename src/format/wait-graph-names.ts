import type { WaitNode } from '../model/wait-graph.js'
import { printable } from './printable.js'

/** A task's name; a label of what is no task. Control characters are escaped. */
export function nodeName(node: WaitNode): string {
  return `${printable(node.task === null ? node.label : node.task.name)}${threadMark(node)}`
}

/** Each thread numbers its own tasks: those of workers say which they are of. */
export function threadMark({ threadId }: Pick<WaitNode, 'threadId'>): string {
  return threadId === 0 ? '' : ` [thread ${threadId}]`
}

/** The label of a node, with the mark of its thread where it is a task. */
export function nodeText(node: WaitNode): string {
  return `${nodeLabel(node)}${node.task === null ? '' : threadMark(node)}`
}

/** The label of a node, led by the name that its task was given where the label does not say it. */
export function nodeLabel(node: WaitNode): string {
  const label = printable(node.label)
  if (node.task === null) return label === '' ? node.kind : label
  const name = printable(node.task.name)
  if (label.startsWith(name)) return label
  return `${name} (Task-${node.task.id}) ${withoutNumber(label, node.task.id)}`.trimEnd()
}

/** A task's label without the number that each task has for itself. */
export function withoutNumber(label: string, id: number): string {
  const own = `Task-${id}`
  return label === own || label.startsWith(`${own} `) ? label.slice(own.length).trimStart() : label
}
