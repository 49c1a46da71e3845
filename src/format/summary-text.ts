import type { LostFunctions } from '../model/lost-function.js'
import { isProgramFrame } from '../model/package-of.js'
import type { ResourceHolder } from '../model/resource-use.js'
import type { WaitGraph, WaitNode } from '../model/wait-graph.js'
import { counted, timesText } from './counted-text.js'
import { deadlockNames } from './deadlock-names.js'
import { clientTrouble, type Finding, findingsOf } from './findings.js'
import { frameText, type Paths } from './frame-text.js'
import { grouped } from './grouped.js'
import { openRequestLines } from './open-requests-text.js'
import { printable } from './printable.js'
import { programFrames, returnersIn, withoutPackageRoots } from './program-frames.js'

type QueueFinding = Extract<Finding, { readonly kind: 'queue' }>

/** A longer list ends with the number of those left out. */
const MOST_PLACES = 4

/** What the words about a finding are made with. */
export interface FindingContext {
  readonly paths: Paths
  readonly nodes: ReadonlyMap<number, WaitNode>
  /** By node id: the function of the program that returned what a task of packages alone will settle. */
  readonly returners: ReadonlyMap<number, string>
}

export function contextOf(graph: WaitGraph, paths: Paths): FindingContext {
  return { paths, nodes: new Map(graph.nodes.map((node) => [node.id, node])), returners: returnersIn(graph) }
}

/** The conclusions that a wait graph allows, in words, the certain first; no lines if there are none. */
export function summaryLines(graph: WaitGraph, paths: Paths): string[] {
  const findings = findingsOf(withoutPackageRoots(graph))
  const context = contextOf(graph, paths)
  return [...deadlockLines(graph, paths), ...findings.flatMap((finding) => findingLines(finding, context))]
}

function deadlockLines(graph: WaitGraph, paths: Paths): string[] {
  const names = deadlockNames(graph, paths)
  if (names.length === 0) return []
  const alike = grouped([...names.keys()], (i) => names[i] ?? '')
  return [
    `${counted(names.length, 'deadlock')}:`,
    ...[...alike].map(([name, numbers]) => `  ${numbers.map((i) => i + 1).join(', ')}. ${name}`),
  ]
}

/** One conclusion in words; none for a deadlock, as all of them are listed together. */
export function findingLines(finding: Finding, context: FindingContext): string[] {
  const { paths, nodes } = context
  switch (finding.kind) {
    case 'deadlock':
      // All of them are listed together, with their numbers.
      return []
    case 'never': {
      const { leaf, waiters } = finding
      const what = `${printable(leaf.label)}: ${printable(leaf.leaf?.never ?? '')}`
      return [`${waitText(waiters)} for something that can no longer happen: ${what}`, ...placeLines(waiters, context)]
    }
    case 'trouble': {
      const trouble = clientTrouble(finding.leaf)
      const why =
        trouble === null
          ? `for ${printable(finding.leaf.label)}`
          : `because ${printable(trouble.replace(/^its /, 'the '))}`
      return [`${waitText(finding.waiters)} ${why}`, ...placeLines(finding.waiters, context)]
    }
    case 'queue': {
      const { resource, waiters } = finding
      const { package: name } = finding.use
      const of = name === null ? '' : `, ${printable(name)}`
      return [
        `${waitText(waiters)} for ${printable(resource.label)}${of}`,
        ...placeLines(waiters, context),
        ...holderLines(finding, context),
        ...workerLines(finding, context),
      ]
    }
    case 'unanswered':
      return openRequestLines(finding.requests, { paths, nodes, placeOf: (node) => placeOf(node, context) })
    case 'lost':
      return lostLines(finding.lost, paths)
  }
}

function waitText({ length }: readonly WaitNode[]): string {
  return length === 1 ? '1 task waits' : `${length} tasks wait`
}

/** Where tasks wait, those at one place together, most first. */
function placeLines(waiters: readonly WaitNode[], context: FindingContext): string[] {
  return cutList(
    [...grouped(waiters, (node) => placeOf(node, context))]
      .sort(([, a], [, b]) => b.length - a.length)
      .map(([place, { length }]) => `  ${timesText(length)}${place}`),
    'place',
  )
}

/** `findAccount() app.mjs:6 ← handle() app.mjs:12`: the program's innermost function, and the outermost. */
export function waitPlace({ stack, label }: WaitNode, paths: Paths): string {
  const frames = programFrames(stack)
  const [innermost] = frames
  const outermost = frames.at(-1)
  if (innermost === undefined || outermost === undefined) return printable(label)
  const from = innermost === outermost ? '' : ` ← ${frameText(outermost, paths)}`
  return `${frameText(innermost, paths)}${from}`
}

/** With what a reader knows of a task of packages alone: the function that returned its promise, or the place that began it. */
function placeOf(node: WaitNode, { paths, returners }: FindingContext): string {
  const place = waitPlace(node, paths)
  if (node.stack.some(isProgramFrame)) return place
  const returner = returners.get(node.id)
  if (returner !== undefined) return `${place}, returned by ${printable(returner)}`
  const made = node.task?.createdAt ?? null
  return made !== null && isProgramFrame(made) ? `${place}, begun by ${frameText(made, paths)}` : place
}

function holderLines({ use, holderWaits }: QueueFinding, context: FindingContext): string[] {
  const counts = new Map<string, number>()
  for (const holder of use.holders) {
    const wait = holderWaits.get(holder.nodeIds[0] ?? 0)
    const text = `${holderText(holder, context)}${wait === undefined ? '' : `\n${waitedText(wait)}`}`
    const isCounted = holder.nodeIds.length > 0 || use.inUse !== null
    counts.set(text, (counts.get(text) ?? 0) + (isCounted ? holder.count : 0))
  }
  const lines = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([text, count]) => (count === 0 ? text : `${count} ${text}`))
  return cutList(
    lines.map((line, i) => `  ${i === 0 ? 'in use: ' : INDENT}${line.replace('\n', `\n  ${INDENT}  `)}`),
    'holder',
  ).flatMap((line) => line.split('\n'))
}

const INDENT = ' '.repeat('in use: '.length)

function waitedText([{ kind, label }, ...others]: readonly [WaitNode, ...WaitNode[]]): string {
  const what = printable(kind === 'timer' ? label.replace(/, [^,]+ remaining/, '') : label)
  return `waiting for ${what}${others.length === 0 ? '' : ` ×${others.length + 1}`}`
}

/** What those that have a resource gave to worker threads, and what waits there. */
function workerLines({ inWorkers }: QueueFinding, context: FindingContext): string[] {
  const groups = grouped(inWorkers, ({ task, leaf }) => `${placeOf(task, context)}, ${waitedText([leaf])}`)
  const lines = [...groups].map(([text, { length }]) => `${timesText(length)}${text}`)
  const lead = '  in workers: '
  return cutList(
    lines.map((line, i) => `${i === 0 ? lead : ' '.repeat(lead.length)}${line}`),
    'place',
  )
}

function holderText({ state, frame, nodeIds }: ResourceHolder, context: FindingContext) {
  const { paths, nodes } = context
  const node = nodes.get(nodeIds[0] ?? 0)
  const place = frame !== null ? frameText(frame, paths) : node === undefined ? '' : placeOf(node, context)
  switch (state) {
    case 'suspended':
      return `by ${place}`
    case 'waits for it':
      return `by ${place}, which itself waits for it`
    case 'unseen':
      return 'by no suspended function; a callback may give it back'
    case 'leaked':
      return `by no suspended function: leaked${place === '' ? '' : `, its connection opened by ${place}`}`
  }
}

/** Functions that will never continue, by place. */
export function lostLines(lost: readonly LostFunctions[], paths: Paths): string[] {
  const total = lost.reduce((sum, { count }) => sum + count, 0)
  return [
    `${counted(total, 'function')} will never continue: nothing can settle what ${total === 1 ? 'it waits' : 'they wait'} for`,
    ...cutList(
      [...lost]
        .sort((a, b) => b.count - a.count)
        .map(({ stack, count }) => {
          const [innermost] = programFrames(stack)
          return `  ${timesText(count)}${innermost === undefined ? '<anonymous>' : frameText(innermost, paths)}`
        }),
      'place',
    ),
  ]
}

/** The first of a list, and how many more there are. */
export function cutList(lines: readonly string[], what: string, most = MOST_PLACES): string[] {
  const more = lines.length - most
  if (more <= 1) return [...lines]
  return [...lines.slice(0, most), `  and ${counted(more, `more ${what}`)}`]
}
