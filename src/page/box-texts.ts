import { threadMark } from '../format/wait-graph-names.js'
import type { WaitNode } from '../model/wait-graph.js'
import { distinctionsOf } from './distinctions.js'
import type { DrawnGraph } from './drawn-graph.js'
import { call, nameOf, type Picture } from './picture.js'

/** The two lines of a box: texts that may be cut, each followed by figures that are kept. */
export interface BoxText {
  readonly title: string
  /** `×60`; empty for one node. */
  readonly count: string
  readonly subtitle: string
  /** `src/app.js:10:3` */
  readonly place: string
}

const NONE: BoxText = { title: '', count: '', subtitle: '', place: '' }

export function boxTextsOf({ boxes }: DrawnGraph, picture: Picture): BoxText[] {
  const texts = boxes.map(({ members }) => {
    const node = picture.nodes[members[0] ?? -1]
    return node === undefined ? NONE : textOf(node, members.length, picture)
  })
  const distinctions = distinctionsOf(
    boxes.map(({ members }, i) => ({ node: picture.nodes[members[0] ?? -1], text: texts[i] as BoxText })),
    ({ text }) => `${text.title}\n${text.subtitle}\n${text.place}`,
    ({ node }) => (node?.task == null ? [] : node.stack.map((frame) => `${call(frame.name)} ${picture.place(frame)}`)),
  )
  return texts.map((text, i) => {
    const distinction = distinctions[i] ?? null
    return distinction === null ? text : { ...text, subtitle: distinction, place: '' }
  })
}

function textOf(node: WaitNode, members: number, picture: Picture): BoxText {
  const count = members > 1 ? `×${members}` : ''
  if (node.task === null) return { ...leafText(node, picture), count }
  const [inner] = node.stack
  const outer = node.stack.at(-1)
  const isNamed = members === 1 && node.task.name !== `Task-${node.task.id}`
  const title = isNamed || outer === undefined ? nameOf(node) : `${call(outer.name)}${threadMark(node)}`
  const name = inner === undefined || (inner === outer && !isNamed) ? '' : call(inner.name)
  const place = inner === undefined ? '' : inner.returned === true ? '(has returned)' : picture.place(inner)
  const number = members > 1 || isNamed || name !== '' ? '' : node.task.name
  return { title, count, subtitle: name + number || (place === '' ? node.kind : ''), place }
}

/** `setTimeout 5000 ms, 4 s remaining`: the second half stands on the second line. */
function leafText(node: WaitNode, picture: Picture): Omit<BoxText, 'count'> {
  const name = nameOf(node)
  const end = name.indexOf(', ')
  const made = node.stack[0] ?? node.leaf?.createdAt ?? null
  const place = made === null ? '' : picture.place(made)
  const rest = end === -1 ? (made === null ? node.kind : call(made.name)) : name.slice(end + 2)
  return { title: end === -1 ? name : name.slice(0, end), subtitle: rest, place }
}
