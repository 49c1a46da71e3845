import type { Frame } from '../model/frame.js'
import type { ThreadDump } from '../model/task-dump.js'
import type { WaitEdge, WaitGraph, WaitNode } from '../model/wait-graph.js'
import { foldAlike } from './alike-nodes.js'
import { frameText, type Paths } from './frame-text.js'
import { printable } from './printable.js'
import { foldPackages, foldText, withoutPackageRoots } from './program-frames.js'
import { summaryLines } from './summary-text.js'
import { nodeLabel } from './wait-graph-names.js'
import { deadlockEdges, deadlocksOfNodes, type TreeRow, treeRows } from './wait-graph-order.js'

/** From here on levels are numbered instead of indented, so that the text grows with the nodes only. */
const DEEPEST_INDENT = 24
const MOST_REFERENCES = 12

/** What a heading says of a thread. */
export type NamedThread = Pick<ThreadDump, 'threadId' | 'name'>

/**
 * What waits for what, each waiter above what it waits for. Deadlocks come first, by name. A node has its line
 * once; where it is met again, `→ #7` refers to it. Of several threads, each has its trees below a heading.
 *
 * @param threads the threads that were asked, also those of which nothing waits.
 * @param all whether nodes that are alike have a line each, instead of one with their number.
 * @param conclusions the graph that the conclusions are drawn from.
 */
export function waitGraphTree(
  whole: WaitGraph,
  paths: Paths,
  threads: readonly NamedThread[] = [],
  { all, conclusions }: { readonly all: boolean; readonly conclusions: WaitGraph } = { all: false, conclusions: whole },
): string {
  const { graph, counts } = all
    ? { graph: whole, counts: new Map<number, number>() }
    : foldAlike(withoutPackageRoots(whole))
  const headings = threadHeadings(graph, threads)
  const rows = inThreads(treeRows(graph, counts), headings)
  const referred = new Set(rows.flatMap((row) => row.references.map((edge) => edge.to)))
  const deadlocks = deadlocksOfNodes(graph)
  const labels = new Map(rows.map(({ node }) => [node.id, labelText(node, counts)]))
  const isDeadlockEdge = deadlockEdges(graph)
  const textOf = frameTextsOf(paths)
  const lines = headLines(whole, conclusions, paths, headings.size === 0)
  /** By level: whether more of the same parent follows below. */
  const goesOn: boolean[] = []
  rows.forEach((row, i) => {
    const { node, level, edge, isLast } = row
    goesOn[level] = !isLast
    if (level === 0) {
      if (node.threadId !== rows[i - 1]?.rootThreadId) pushHeadings(lines, headings, node.threadId)
      if (lines.length > 0) lines.push('')
    }
    const bars = goesOn.slice(1, Math.min(level, DEEPEST_INDENT)).map((more) => (more ? '│  ' : '   '))
    const lead = bars.join('')
    const branch = level === 0 ? '' : isLast ? '└─ ' : '├─ '
    const depth = level > DEEPEST_INDENT ? `[${level}] ` : ''
    const via = edge === null ? '' : viaText(edge)
    const number = referred.has(node.id) ? ` #${node.id}` : ''
    const thread = node.threadId === row.rootThreadId ? '' : ` [thread ${node.threadId}]`
    const deadlock = deadlocks.has(node.id) ? ` [deadlock ${deadlocks.get(node.id)?.join(', ')}]` : ''
    const hasChildren = (rows[i + 1]?.level ?? 0) > level
    const inTitle = hasChildren ? '' : referenceText(row, isDeadlockEdge)
    lines.push(`${lead}${branch}${depth}${via}${labelText(node, counts)}${thread}${number}${deadlock}${inTitle}`)
    const inner = `${lead}${level === 0 ? '' : isLast ? '   ' : '│  '}`
    for (const text of frameTexts(row, textOf, all)) lines.push(`${inner}${hasChildren ? '│  ' : '   '}${text}`)
    if (!hasChildren) return
    // Beside what stands below it, each reference has a branch of its own.
    for (const edge of row.references.slice(0, MOST_REFERENCES)) {
      const target = labels.get(edge.to) ?? ''
      lines.push(`${inner}├─ ${viaText(edge)}→ #${edge.to} ${target}${isDeadlockEdge(edge) ? ' (deadlock)' : ''}`)
    }
    const more = row.references.length - MOST_REFERENCES
    if (more > 0) lines.push(`${inner}├─ → and ${more} more`)
  })
  pushHeadings(lines, headings, Number.POSITIVE_INFINITY)
  return lines.join('\n')
}

/** By thread id, in order; none where there is one thread only. */
function threadHeadings(graph: WaitGraph, threads: readonly NamedThread[]): Map<number, string> {
  const names = new Map(graph.nodes.map(({ threadId }) => [threadId, '']))
  for (const { threadId, name } of threads) names.set(threadId, name)
  if (names.size < 2) return new Map()
  const inOrder = [...names].sort(([a], [b]) => a - b)
  return new Map(inOrder.map(([threadId, name]) => [threadId, headingOf(threadId, name)]))
}

function headingOf(threadId: number, name: string): string {
  if (threadId === 0) return 'Main thread'
  return name === '' || name === `worker ${threadId}` ? `Thread ${threadId}` : `Thread ${threadId} (${printable(name)})`
}

/** The headings up to a thread's; the threads before it that are left have nothing below theirs. */
function pushHeadings(lines: string[], headings: Map<number, string>, upTo: number): void {
  for (const [threadId, heading] of headings) {
    if (threadId > upTo) return
    if (lines.length > 0) lines.push('')
    lines.push(threadId === upTo ? `${heading}:` : `${heading}: no async function is suspended.`)
    headings.delete(threadId)
  }
}

/** Whole trees, by the thread of their root where there are several. */
function inThreads(rows: readonly TreeRow[], headings: ReadonlyMap<number, string>) {
  let rootThreadId = 0
  const placed = rows.map((row) => {
    if (row.level === 0) rootThreadId = row.node.threadId
    return { ...row, rootThreadId }
  })
  return headings.size === 0 ? placed : placed.sort((a, b) => a.rootThreadId - b.rootThreadId)
}

function headLines(graph: WaitGraph, conclusions: WaitGraph, paths: Paths, isOneThread: boolean): string[] {
  const notes = graph.incomplete === undefined ? [] : [printable(graph.incomplete)]
  const summary = summaryLines(conclusions, paths)
  const isEmpty = graph.nodes.length === 0 && isOneThread && notes.length === 0 && summary.length === 0
  return isEmpty ? ['No async function is suspended.'] : [...summary, ...notes]
}

function referenceText({ references }: TreeRow, isDeadlockEdge: (edge: WaitEdge) => boolean): string {
  if (references.length === 0) return ''
  const shown = references.slice(0, MOST_REFERENCES).map((edge) => {
    return `${viaText(edge)}#${edge.to}${isDeadlockEdge(edge) ? ' (deadlock)' : ''}`
  })
  const more = references.length > shown.length ? [`and ${references.length - shown.length} more`] : []
  return ` → ${[...shown, ...more].join(', ')}`
}

/** With how many the line stands for, where that is more than one. */
function labelText(node: WaitNode, counts: ReadonlyMap<number, number>): string {
  const count = counts.get(node.id)
  return count === undefined ? nodeLabel(node) : `${printable(node.label)} ×${count}`
}

/** What lies between, in words: a `.then` without a name tells a reader nothing. */
function viaText({ via }: Pick<WaitEdge, 'via'>): string {
  const parts = (via ?? '').split(', ').flatMap((part) => {
    if (/^(?:|then|finally|\u2026 \d+ more \u2026)$/.test(part)) return []
    if (part === 'a held resolver') return ['its resolve() is held by']
    return [printable(part.replace(/^(then|finally) \((.*)\)$/, '.$1($2)'))]
  })
  const said = parts.filter((part, i) => !parts.slice(0, i).includes(part))
  return said.length === 0 ? '' : `${said.join(', ').replace('held by, ', 'held by ')}: `
}

/** Thousands of tasks may share the frames of a place. */
function frameTextsOf(paths: Paths): (frame: Frame) => string {
  const texts = new Map<Frame, string>()
  return (frame) => {
    let text = texts.get(frame)
    if (text === undefined) {
      text = frameText(frame, paths)
      texts.set(frame, text)
    }
    return text
  }
}

/** Where a node is suspended, the outermost function first, as the tree goes down to what is waited for. */
function frameTexts({ node }: TreeRow, textOf: (frame: Frame) => string, all: boolean): string[] {
  const frames = all ? node.stack : foldPackages(node.stack)
  const texts = frames
    .map((each) => {
      return 'package' in each ? foldText(each) : textOf(each)
    })
    .reverse()
  const made = node.leaf?.createdAt
  if (made != null) texts.push(`made by ${textOf(made)}`)
  return texts
}
