import type { PageTask } from '../format/page-snapshot.js'
import { type Frame, positionText } from '../model/frame.js'
import type { WaitNode } from '../model/wait-graph.js'
import type { Picture } from './picture.js'

/** Which tasks and nodes have all words of the filter in their names, functions, files, sources or leaves. */
export interface Filter {
  readonly isOn: boolean
  task(info: PageTask): boolean
  node(position: number): boolean
}

const taskTexts = new WeakMap<PageTask, string>()
const nodeTexts = new WeakMap<WaitNode, string>()

export function filterBy(text: string, picture: Picture): Filter {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const has = (haystack: string) => words.every((word) => haystack.includes(word))
  return {
    isOn: words.length > 0,
    task: (info) => has(textOfTask(info)),
    node: (position) => {
      const node = picture.nodes[position]
      if (node === undefined) return false
      const info = picture.infoOf(position)
      return has(`${textOfNode(node)}\n${info === undefined ? '' : textOfTask(info)}`)
    },
  }
}

function textOfTask(info: PageTask): string {
  let text = taskTexts.get(info)
  if (text === undefined) {
    const frames = [...(info.stack ?? []), ...(info.currentFrame === null ? [] : [info.currentFrame])]
    text = [
      info.task.name,
      info.task.kind,
      info.state,
      info.functionExecuting,
      info.waitingOn?.kind,
      info.waitingOn?.label,
      frameText(info.task.createdAt),
      ...frames.map((frame) => `${frameText(frame)} ${frame.source ?? ''}`),
    ]
      .join('\n')
      .toLowerCase()
    taskTexts.set(info, text)
  }
  return text
}

function textOfNode(node: WaitNode): string {
  let text = nodeTexts.get(node)
  if (text === undefined) {
    const frames = [...node.stack, node.leaf?.createdAt ?? null, node.task?.createdAt ?? null]
    text = [node.kind, node.label, node.task?.name, ...frames.map(frameText)].join('\n').toLowerCase()
    nodeTexts.set(node, text)
  }
  return text
}

function frameText(frame: Frame | null): string {
  return frame === null ? '' : `${frame.name}() ${frame.filename}${positionText(frame)}`
}
