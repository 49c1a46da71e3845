import type { PageTask, PathStep } from '../format/page-snapshot.js'
import { element } from './elements.js'
import { age, call, type DrawnLink, nameOf, type Picture } from './picture.js'
import { place, stackList } from './task-list.js'

const MEMBERS_AT_ONCE = 100

/** What the panel can show: a node, a task that the graph has not, or several nodes that are drawn as one. */
export type Choice = { readonly node: number } | { readonly task: PageTask } | { readonly members: readonly number[] }

/** Everything known of what was chosen: stack, what it waits for, who waits for it, its creation path. */
export function detailsOf(choice: Choice, picture: Picture, onNode: (node: number) => void): HTMLElement[] {
  if ('members' in choice) return membersDetails(choice.members, picture, onNode)
  if ('task' in choice) return taskDetails(choice.task, picture)
  const node = picture.nodes[choice.node]
  if (node === undefined) return []
  const info = picture.infoOf(choice.node)
  const deadlocks = picture.deadlocks.get(choice.node) ?? []
  return [
    heading(nameOf(node)),
    facts(
      ['kind', node.task === null ? node.kind : node.task.kind],
      ['thread', String(node.threadId)],
      ['state', picture.hasStates ? info?.state : undefined],
      ['age', info && age(info.ageMs)],
      ['local', node.leaf?.local],
      ['remote', node.leaf?.remote],
    ),
    ...deadlocks.map((number) =>
      element(
        'p',
        { class: 'bad' },
        `Deadlock ${number + 1}: it waits for ${nextInCycle(picture, number, choice.node)}, which waits for it in the end.`,
      ),
    ),
    ...section('Stack', info?.stack?.length ? stackList(info.stack, picture) : reversed(node.stack, picture)),
    ...linkSection('Waits for', picture.waitsFor[choice.node] ?? [], picture, onNode),
    ...linkSection('Awaited by', picture.awaitedBy[choice.node] ?? [], picture, onNode),
    ...creation(info?.createdPath, node.task?.createdAt ?? node.leaf?.createdAt ?? null, picture),
  ]
}

function taskDetails(info: PageTask, picture: Picture): HTMLElement[] {
  const waits = info.waitingOn === null ? null : element('p', {}, info.waitingOn.label)
  return [
    heading(info.task.name),
    facts(
      ['kind', info.task.kind],
      ['thread', String(info.task.threadId)],
      ['state', picture.hasStates ? info.state : undefined],
      ['age', age(info.ageMs)],
    ),
    ...section('Stack', stackList(info.stack ?? (info.currentFrame ? [info.currentFrame] : []), picture)),
    ...section('Waits for', waits),
    ...creation(info.createdPath, info.task.createdAt, picture),
  ]
}

function membersDetails(members: readonly number[], picture: Picture, onNode: (node: number) => void): HTMLElement[] {
  const [first] = members
  const node = picture.nodes[first ?? -1]
  if (node === undefined) return []
  const links = members.map((member) => ({ node: member, via: null }))
  return [
    heading(`${node.stack.length > 0 ? call(node.stack.at(-1)?.name ?? '') : nameOf(node)} ×${members.length}`),
    facts(['kind', node.kind], ['alike', 'same stack, same place of creation']),
    ...section('Stack', reversed(node.stack, picture)),
    ...linkSection('Members', links, picture, onNode),
  ]
}

function reversed(stack: Picture['nodes'][number]['stack'], picture: Picture): HTMLElement | null {
  return stack.length === 0 ? null : stackList([...stack].reverse(), picture)
}

function nextInCycle(picture: Picture, number: number, node: number): string {
  const cycle = picture.cycles[number] ?? []
  const next = picture.nodes[cycle[(cycle.indexOf(node) + 1) % cycle.length] ?? -1]
  return next === undefined ? '' : nameOf(next)
}

function heading(text: string): HTMLElement {
  return element('h2', { tabindex: '-1' }, text)
}

function facts(...pairs: readonly (readonly [string, string | undefined])[]): HTMLElement {
  const known = pairs.filter(([, value]) => value !== undefined && value !== '')
  return element('dl', {}, ...known.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]))
}

function section(title: string, content: HTMLElement | null): HTMLElement[] {
  return content === null || content.childElementCount + (content.textContent ?? '').length === 0
    ? []
    : [element('h3', {}, title), content]
}

function linkSection(title: string, links: readonly DrawnLink[], picture: Picture, onNode: (node: number) => void) {
  if (links.length === 0) return []
  const items = links.slice(0, MEMBERS_AT_ONCE).map((link) => {
    const node = picture.nodes[link.node]
    if (node === undefined) return null
    const frame = node.stack[0] ?? node.leaf?.createdAt ?? null
    return element(
      'li',
      {},
      link.via === null ? null : element('span', { class: 'via' }, link.via),
      element(
        'button',
        { type: 'button', class: 'link', onclick: () => onNode(link.node) },
        element('span', { class: `dot is-${node.kind}` }),
        nameOf(node),
      ),
      frame === null ? null : element('span', { class: 'quiet' }, ` ${call(frame.name)} `, place(frame, picture)),
    )
  })
  const left = links.length - items.length
  const count = links.length > 1 ? ` (${links.length})` : ''
  return [
    element('h3', {}, `${title}${count}`),
    element(
      'ul',
      { class: 'links' },
      ...items,
      left > 0 ? element('li', { class: 'quiet' }, `and ${left} more`) : null,
    ),
  ]
}

function creation(
  path: readonly PathStep[] | undefined,
  at: Picture['nodes'][number]['stack'][number] | null,
  picture: Picture,
) {
  if (path !== undefined && path.length > 0) {
    const items = path.map((frame) =>
      element(
        'li',
        {},
        element('span', { class: 'call' }, frame.filename === null ? frame.name : call(frame.name)),
        ' ',
        place(frame, picture),
        frame.boundary === null ? null : element('span', { class: 'mark' }, frame.boundary),
        frame.repeated > 1 ? element('span', { class: 'count' }, `×${frame.repeated}`) : null,
      ),
    )
    return [element('h3', {}, 'Created by'), element('ol', { class: 'stack' }, ...items)]
  }
  return at === null ? [] : [element('h3', {}, 'Created by'), stackList([at], picture)]
}
