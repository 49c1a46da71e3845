import type { PageTask } from '../format/page-snapshot.js'
import { alikeKey, groupAlike } from '../format/task-groups.js'
import { threadMark } from '../format/wait-graph-names.js'
import type { Frame } from '../model/frame.js'
import type { ThreadDump } from '../model/task-dump.js'
import { distinctionsOf } from './distinctions.js'
import { element } from './elements.js'
import type { Filter } from './filter.js'
import { age, call, type Picture } from './picture.js'

const GROUPS_AT_ONCE = 100
const TASKS_AT_ONCE = 50

/** Tasks by stack, alike ones as one entry with their number and ages; those in a deadlock first. */
export class TaskList {
  readonly #list: HTMLElement
  readonly #onSelect: (info: PageTask) => void
  readonly #open = new Set<string>()
  #limit = GROUPS_AT_ONCE
  #groups: PageTask[][] = []
  /** What tells a group from those with the same function, place and wait; by group. */
  #distinctions: readonly (string | null)[] = []
  #picture: Picture | null = null

  constructor(list: HTMLElement, onSelect: (info: PageTask) => void) {
    this.#list = list
    this.#onSelect = onSelect
  }

  /** @returns how many tasks the filter leaves. */
  show(picture: Picture, filter: Filter): number {
    const tasks = filter.isOn ? picture.tasks.filter((info) => filter.task(info)) : picture.tasks
    const isDeadlocked = (group: readonly PageTask[]) => (deadlocksOf(group, picture).length > 0 ? 0 : 1)
    this.#picture = picture
    this.#groups = groupAlike(tasks)
      .map((group) => ({ group, order: isDeadlocked(group) }))
      .sort((a, b) => a.order - b.order)
      .map(({ group }) => group)
    this.#distinctions = distinctionsOf(this.#groups, shownOf, (group) => linesOf(group[0], picture))
    this.#render()
    return tasks.length
  }

  #render(): void {
    const picture = this.#picture
    if (picture === null) return
    const focused = (document.activeElement as HTMLElement | null)?.dataset['key']
    const shown = this.#groups.slice(0, this.#limit)
    const left = this.#groups.length - shown.length
    const showMore = () => {
      this.#limit += GROUPS_AT_ONCE
      this.#render()
    }
    const busy = (picture.snapshot.dump?.threads ?? []).filter((thread) => thread.state === 'busy')
    this.#list.replaceChildren(
      ...busy.map((thread) => busyThread(thread, picture)),
      ...shown.map((group, i) => this.#group(group, this.#distinctions[i] ?? null, picture)),
      ...(left > 0
        ? [element('button', { class: 'more', type: 'button', onclick: showMore }, `${left} more stacks`)]
        : []),
      ...(this.#groups.length === 0 ? [element('p', { class: 'nothing' }, 'No task matches.')] : []),
    )
    if (focused === undefined) return
    const keyed = [...this.#list.querySelectorAll<HTMLElement>('[data-key]')]
    keyed.find((one) => one.dataset['key'] === focused)?.focus()
  }

  #group(group: readonly PageTask[], distinction: string | null, picture: Picture): HTMLElement {
    const [oldest] = group
    if (oldest === undefined) return element('div')
    const key = alikeKey(oldest)
    const deadlocks = deadlocksOf(group, picture)
    const details = element('details', { class: deadlocks.length > 0 ? 'group is-bad' : 'group' })
    const frames = framesOf(oldest)
    const title = titleOf(oldest)
    details.append(
      element(
        'summary',
        { 'data-key': key, class: 'waiting' },
        element(
          'span',
          { class: 'group-head' },
          element('strong', { class: 'group-title', title }, title),
          group.length > 1
            ? element('span', { class: 'count' }, `×${group.length}`)
            : element('span', { class: 'quiet' }, taskName(oldest)),
          deadlocks.length > 0 ? element('span', { class: 'badge is-bad' }, `deadlock ${deadlocks.join(', ')}`) : null,
          picture.hasStates ? element('span', { class: `badge is-${oldest.state.toLowerCase()}` }, oldest.state) : null,
          element('span', { class: 'age' }, agesOf(group)),
        ),
        placeLine(oldest.currentFrame, oldest.currentFrame?.source ?? null, picture),
        distinction === null ? null : element('span', { class: 'differs' }, distinction),
        waitsLine(group),
      ),
    )
    const fill = () => {
      if (details.childElementCount === 1) details.append(this.#members(group, frames, picture))
    }
    // Before it opens: whoever is quick with the keyboard finds it filled.
    details.firstElementChild?.addEventListener('click', fill)
    details.open = this.#open.has(key)
    if (details.open) fill()
    details.addEventListener('toggle', () => {
      if (!details.open) this.#open.delete(key)
      else {
        this.#open.add(key)
        fill()
      }
    })
    return details
  }

  #members(group: readonly PageTask[], frames: readonly (Frame & { source: string | null })[], picture: Picture) {
    const created = group[0]?.task.createdAt ?? null
    const buttons = group.slice(0, TASKS_AT_ONCE).map((info) => {
      const label = group.length > 1 ? `${taskName(info)} · ${age(info.ageMs)}` : taskName(info)
      const key = `task ${info.task.threadId}:${info.task.id}`
      return element(
        'button',
        { type: 'button', class: 'task', 'data-key': key, onclick: () => this.#onSelect(info) },
        label,
      )
    })
    const left = group.length - buttons.length
    return element(
      'div',
      { class: 'group-body' },
      stackList(frames, picture),
      created === null
        ? null
        : element('p', { class: 'created' }, 'created by ', `${call(created.name)} `, place(created, picture)),
      element(
        'div',
        { class: 'members' },
        ...buttons,
        left > 0 ? element('span', { class: 'quiet' }, `and ${left} more`) : null,
      ),
    )
  }
}

function framesOf({ stack, currentFrame }: PageTask) {
  return stack ?? (currentFrame === null ? [] : [currentFrame])
}

function titleOf(info: PageTask): string {
  return call(framesOf(info)[0]?.name ?? info.functionExecuting)
}

/** What each group shows anyway. */
function shownOf([oldest]: readonly PageTask[]): string {
  if (oldest === undefined) return ''
  const at = oldest.currentFrame
  return [titleOf(oldest), oldest.state, at?.filename, at?.line, at?.column, oldest.waitingOn?.label].join('\n')
}

/** Its calls from the innermost outwards, then those that created it. */
function linesOf(info: PageTask | undefined, picture: Picture): string[] {
  if (info === undefined) return []
  const line = (frame: Frame) => `${call(frame.name)} ${picture.place(frame)}`.trim()
  const { createdAt } = info.task
  const created = info.createdPath ?? (createdAt === null ? [] : [createdAt])
  return [
    ...framesOf(info)
      .toReversed()
      .map((frame) => `through ${line(frame)}`),
    ...created.map((frame) => `created by ${line(frame)}`),
  ]
}

function taskName({ task }: PageTask): string {
  return `${task.name}${threadMark(task)}`
}

/** Frames in the order given, with the source text of their lines. */
export function stackList(frames: readonly (Frame & { source?: string | null })[], picture: Picture): HTMLElement {
  const shown = frames.length > 60 ? [...frames.slice(0, 30), null, ...frames.slice(-30)] : frames
  return element(
    'ol',
    { class: 'stack' },
    ...shown.map((frame) =>
      frame === null
        ? element('li', { class: 'quiet' }, `… ${frames.length - 60} more …`)
        : element(
            'li',
            {},
            element('span', { class: 'call' }, call(frame.name)),
            ' ',
            placeLine(frame, frame.source ?? null, picture),
            frame.returned === true ? element('span', { class: 'mark' }, 'returned') : null,
          ),
    ),
  )
}

function placeLine(frame: Frame | null, source: string | null, picture: Picture): HTMLElement | null {
  if (frame === null) return null
  const text = source?.trim() ?? ''
  return element('span', { class: 'line' }, place(frame, picture), text === '' ? null : element('code', {}, text))
}

export function place(frame: Frame, picture: Picture): HTMLElement {
  return element('span', { class: 'place', title: `${frame.filename ?? ''}:${frame.line ?? ''}` }, picture.place(frame))
}

function waitsLine(group: readonly PageTask[]): HTMLElement | null {
  const leaf = group[0]?.waitingOn ?? null
  if (leaf === null) return null
  const others = group.filter(({ waitingOn }) => waitingOn?.label !== leaf.label).length
  const alike = others === 0 ? '' : `, ${others} alike`
  return element('span', { class: 'waits' }, element('span', { class: `dot is-${leaf.kind}` }), `${leaf.label}${alike}`)
}

function busyThread(thread: ThreadDump, picture: Picture): HTMLElement {
  const heading = `Thread ${thread.threadId} (${thread.name}) is busy`
  return element(
    'section',
    { class: 'busy' },
    element('strong', {}, heading),
    thread.stack.length === 0
      ? element('p', { class: 'quiet' }, 'It did not answer.')
      : stackList(thread.stack, picture),
  )
}

function deadlocksOf(group: readonly PageTask[], picture: Picture): number[] {
  const found = new Set<number>()
  for (const { task } of group) {
    for (const number of picture.deadlocks.get(picture.nodeOf(task) ?? -1) ?? []) found.add(number + 1)
  }
  return [...found]
}

function agesOf(group: readonly PageTask[]): string {
  const [oldest, newest] = [age(group[0]?.ageMs ?? Number.NaN), age(group.at(-1)?.ageMs ?? Number.NaN)]
  return oldest === newest ? oldest : `${newest} – ${oldest}`
}
